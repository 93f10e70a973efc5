// Brings the quote into view where the address does not, and turns the pages of the PDF without moving the text.
const mark = document.getElementById("mark");
const moved = new URLSearchParams(location.search).has("begin");
if (mark && !moved && !location.hash) mark.scrollIntoView({ block: "center", behavior: "instant" });

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[data-turn]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const direction = link.getAttribute("aria-label");
  const reply = await fetch(link.href).catch(() => null);
  const found = reply?.ok && new DOMParser().parseFromString(await reply.text(), "text/html").getElementById("sheet");
  if (!found) return location.assign(link.href);
  document.getElementById("sheet").replaceWith(document.adoptNode(found));
  history.replaceState(null, "", link.href);
  const turn = document.querySelectorAll("#sheet a[data-turn]");
  ([...turn].find((one) => one.getAttribute("aria-label") === direction) ?? turn[0])?.focus();
});
