// What the shop does beyond plain links and forms. Everything works without it.

const toast = document.querySelector("[data-toast]");
let toastTimer = 0;

function showToast(text, link, href) {
  if (!toast) return;
  const words = document.createElement("span");
  words.textContent = text;
  toast.replaceChildren(words);
  if (href) {
    const anchor = document.createElement("a");
    anchor.href = href;
    anchor.textContent = link;
    toast.append(anchor);
  }
  toast.dataset.open = "";
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => delete toast.dataset.open, 6000);
}

function showCount(count) {
  for (const mark of document.querySelectorAll("[data-cart-count]")) {
    mark.textContent = String(count);
    mark.hidden = count === 0;
  }
}

function describeStock(product) {
  const note = product.querySelector("[data-stock-note]");
  const button = product.querySelector("[data-buy-button]");
  const swatch = product.querySelector(".swatch[aria-current]");
  const sizes = [...product.querySelectorAll("[data-size]")];
  const stock = (swatch?.dataset.stock ?? "").split(",").map(Number);
  if (!swatch || !note || !button) return;
  const total = stock.reduce((sum, pieces) => sum + pieces, 0);
  sizes.forEach((size, index) => {
    size.disabled = !stock[index];
    if (size.disabled) size.checked = false;
  });
  const chosen = sizes.length ? stock[sizes.findIndex((size) => size.checked)] : total;
  const few = chosen !== undefined && chosen > 0 && chosen <= Number(note.dataset.low);
  note.textContent = total === 0 ? product.dataset.soldOut : few ? note.dataset.few : note.dataset.plenty;
  note.classList.toggle("stock-none", total === 0);
  note.classList.toggle("stock-few", few);
  button.disabled = total === 0;
  button.textContent = total === 0 ? product.dataset.soldOut : button.dataset.label;
}

function chooseColour(product, slug) {
  for (const link of product.querySelectorAll("[data-colour]")) {
    if (link.dataset.colour === slug) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  const swatch = product.querySelector(`.swatch[data-colour="${CSS.escape(slug)}"]`);
  const picture = product.querySelector("[data-picture]");
  const before = product.querySelector("[data-colour-name]").textContent;
  picture.alt = picture.alt.replace(before, swatch.dataset.name);
  picture.src = swatch.dataset.src;
  product.querySelector("[data-colour-name]").textContent = swatch.dataset.name;
  product.querySelector("[data-colour-field]").value = slug;
  history.replaceState(null, "", swatch.href);
  describeStock(product);
}

async function buy(form) {
  const answer = await fetch(form.action, {
    method: "POST",
    body: new URLSearchParams(new FormData(form)),
    headers: { Accept: "application/json" },
  });
  if (!answer.ok || !answer.headers.get("content-type")?.startsWith("application/json")) {
    form.submit();
    return;
  }
  const { count, text, link, href } = await answer.json();
  showCount(count);
  showToast(text, link, href);
}

const product = document.querySelector("[data-product]");
if (product) {
  product.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-colour]");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    chooseColour(product, link.dataset.colour);
  });
  product.addEventListener("change", () => describeStock(product));
  product.querySelector("[data-buy]").addEventListener("submit", (event) => {
    event.preventDefault();
    buy(event.target).catch(() => event.target.submit());
  });
  describeStock(product);
}

for (const form of document.querySelectorAll("[data-autosubmit]")) {
  form.querySelector("[data-submit]").hidden = true;
  form.addEventListener("change", () => form.requestSubmit());
}

for (const option of document.querySelectorAll("[data-shipping]")) {
  option.addEventListener("change", () => {
    document.querySelector("[data-shipping-out]").textContent = option.dataset.shipping;
    for (const total of document.querySelectorAll("[data-total-out]")) total.textContent = option.dataset.total;
  });
}

const menu = document.querySelector(".menu");
document.addEventListener("click", (event) => {
  if (menu?.open && !menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !menu?.open) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

const chat = document.querySelector("[data-chat]");
if (chat && document.querySelector("script[data-channel]")) {
  chat.hidden = false;
  chat.addEventListener("click", () => window.parley?.("open"));
}

document.querySelector("[data-focus]")?.focus();
