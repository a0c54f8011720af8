/** Design tokens and components that the desk shares; the widget uses only `tokens.css`. */
export {};
