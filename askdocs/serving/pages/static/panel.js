// The article beside the answer: opened by a link to an article, with the quote marked and in sight.
// On narrow screens it covers the page, and keeps the keyboard until it is closed.

const panel = document.getElementById("panel");
const body = document.getElementById("panel-body");
const title = document.getElementById("panel-title");
const narrow = matchMedia("(max-width: 900px)");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
let opener = null;
let loading = null;

export function listenForArticles() {
  document.addEventListener("click", (click) => {
    const link = click.target.closest("a[data-article]");
    if (!link || click.button || click.ctrlKey || click.metaKey || click.shiftKey || click.altKey) return;
    click.preventDefault();
    open(link);
  });
  body.addEventListener("click", (click) => {
    const link = click.target.closest("a[data-turn], a[rel=prev], a[rel=next]"); // another part or page of the article
    if (!link || click.button || click.ctrlKey || click.metaKey || click.shiftKey || click.altKey) return;
    click.preventDefault();
    load(new URL(link.href));
  });
  document.getElementById("panel-close").addEventListener("click", close);
  panel.addEventListener("close", closed);
  document.addEventListener("keydown", (key) => {
    if (key.key === "Escape" && panel.open && !document.querySelector(":popover-open")) close();
  });
}

async function open(link) {
  opener?.classList.remove("shown");
  opener = link;
  link.classList.add("shown");
  const address = new URL(link.href);
  document.getElementById("panel-open").href = address;
  title.textContent = link.getAttribute("aria-label")?.replace(/^Citation [^:]*: /, "") || link.textContent;
  body.replaceChildren(paragraph("Loading …", "quiet"));
  if (!panel.open) narrow.matches ? panel.showModal() : panel.show();
  document.body.classList.toggle("with-panel", !narrow.matches);
  body.focus({ preventScroll: true });
  await load(address);
}

async function load(address) {
  loading?.abort();
  loading = new AbortController();
  try {
    const reply = await fetch(`${address.pathname}/fragment${address.search}`, { signal: loading.signal });
    if (!reply.ok) throw new Error(await reason(reply));
    show(await reply.text(), address.hash);
  } catch (error) {
    if (error.name === "AbortError") return;
    const words = error instanceof TypeError ? "The service cannot be reached." : error.message;
    body.replaceChildren(paragraph(`The article cannot be shown. ${words}`, "notice"));
  }
}

function show(html, hash) {
  const piece = document.createElement("template");
  piece.innerHTML = html; // made by the service, where every text is escaped
  body.replaceChildren(piece.content);
  const sheet = hash === "#sheet" && body.querySelector("#sheet"); // another page of the PDF was asked for
  const mark = body.querySelector("mark.answer") ?? body.querySelector("mark");
  if (sheet) sheet.scrollIntoView({ block: "start" });
  else if (mark) mark.scrollIntoView({ block: "center", behavior: calm.matches ? "auto" : "smooth" });
  else body.scrollTop = 0;
}

function close() {
  panel.close();
}

function closed() {
  loading?.abort();
  document.body.classList.remove("with-panel");
  opener?.classList.remove("shown");
  opener?.focus();
  opener = null;
}

async function reason(reply) {
  try {
    return (await reply.json()).error.message;
  } catch {
    return `The service answered ${reply.status}.`;
  }
}

function paragraph(text, kind) {
  const made = document.createElement("p");
  made.className = kind;
  made.textContent = text;
  return made;
}
