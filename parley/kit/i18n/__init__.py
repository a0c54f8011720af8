"""Languages: message catalogues, plural rules, numbers, dates and relative time, pseudo-languages, checks."""
