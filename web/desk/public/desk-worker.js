/* global addEventListener, registration, clients, location, URL */
// Shows what the server pushes while the desk is closed, and opens the desk on a click. It keeps and intercepts nothing else.
addEventListener("push", (event) => {
  const { title = "Parley", body = "", url = "/", tag } = event.data?.json() ?? {};
  event.waitUntil(registration.showNotification(title, { body, tag, data: { url } }));
});

addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(event.notification.data?.url ?? "/", location.origin).href;
  event.waitUntil(
    clients.matchAll({ type: "window", includeUncontrolled: true }).then((open) => {
      const desk = open.find((one) => new URL(one.url).origin === location.origin);
      return desk ? desk.focus().then(() => desk.navigate(url)).catch(() => clients.openWindow(url)) : clients.openWindow(url);
    }),
  );
});
