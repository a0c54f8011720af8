/* global window, parley, heard */
/* The lines a shop writes to make calls before the widget has arrived. */
window.parley = window.parley || function () { (parley.q = parley.q || []).push(arguments); };
window.heard = [];
for (const event of ["ready", "open", "close", "message", "unread", "rated"])
  parley("on", event, (data) => heard.push([event, data]));
