"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const $ = (id) => document.getElementById(id);
  const body = document.querySelector("#table tbody");
  const heads = [...document.querySelectorAll("#table thead th")];
  const rows = [...body.rows].map((element, number) => ({
    element, number, cells: data.rows[number].cells, date: data.rows[number].date,
    buttons: [...element.querySelectorAll(".cell")],
    words: element.textContent.toLowerCase(),
    title: element.querySelector(".title").textContent,
  }));
  const extra = data.dated ? 2 : 1;
  let shown = rows;
  let at = null; // the cell that the keyboard is at: [row, column]
  let open = false;

  // -- light and dark
  const root = document.documentElement;
  const paint = (dark) => {
    root.dataset.theme = dark ? "dark" : "light";
    $("theme").textContent = dark ? "Light" : "Dark";
    $("theme").setAttribute("aria-pressed", String(dark));
  };
  const preferred = matchMedia("(prefers-color-scheme: dark)");
  paint(preferred.matches);
  preferred.addEventListener("change", (event) => paint(event.matches));
  $("theme").addEventListener("click", () => paint(root.dataset.theme !== "dark"));

  // -- what is shown, and in which order
  const form = $("filters");
  const fits = (cell, state) => !state || (state === "answered" ? cell.state === "sure" || cell.state === "doubtful" : cell.state === state);
  const filter = () => {
    const wanted = form.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const column = form.elements.column.value;
    const state = form.elements.state.value;
    shown = rows.filter((row) => {
      const cells = column === "" ? row.cells : [row.cells[Number(column)]];
      return wanted.every((word) => row.words.includes(word)) && cells.some((cell) => fits(cell, state));
    });
    const kept = new Set(shown);
    for (const row of rows) row.element.hidden = !kept.has(row);
    $("count").textContent = `${shown.length} of ${rows.length}`;
    $("nothing").hidden = shown.length > 0;
    order();
    if (at && !kept.has(at[0])) { close(false); go(shown[0], at[1], false); }
  };
  const sorting = { place: -1, way: 0 };
  const key = (row) => {
    if (sorting.place === 0) return row.title;
    if (sorting.place < extra) return row.date || null;
    return row.cells[sorting.place - extra].key;
  };
  const compared = (one, other) => {
    const [a, b] = [key(one), key(other)];
    if (a === null || b === null) return (a === null) - (b === null) || one.number - other.number; // empty ones last
    const numbers = typeof a === "number" && typeof b === "number";
    const mixed = (typeof b === "number") - (typeof a === "number");
    const by = numbers ? a - b : mixed || String(a).localeCompare(String(b), undefined, { numeric: true });
    return sorting.way * by || one.number - other.number;
  };
  const order = () => {
    shown = [...shown].sort((one, other) => (sorting.way ? compared(one, other) : one.number - other.number));
    body.append(...shown.map((row) => row.element));
  };
  heads.forEach((head, place) => head.querySelector(".sort").addEventListener("click", () => {
    const ways = { 0: 1, 1: -1, "-1": 0 };
    sorting.way = sorting.place === place ? ways[sorting.way] : 1;
    sorting.place = place;
    heads.forEach((one, number) => one.setAttribute(
      "aria-sort", number !== place || !sorting.way ? "none" : sorting.way > 0 ? "ascending" : "descending"));
    order();
  }));
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  $("clear").addEventListener("click", () => { form.reset(); filter(); form.elements.text.focus(); });

  // -- what a cell rests on
  const make = (name, text, kind) => {
    const element = document.createElement(name);
    if (text) element.textContent = text;
    if (kind) element.className = kind;
    return element;
  };
  const excerpt = (held) => {
    const box = make("div", "", "rows");
    const table = make("table");
    held.rows.forEach((line, row) => {
      const made = table.insertRow();
      line.forEach((text, column) => {
        const cell = made.insertCell();
        cell.append(row === held.row && column === held.column ? make("mark", text) : text);
      });
    });
    box.append(table);
    return box;
  };
  const quoted = (place) => {
    const quote = make("blockquote");
    quote.append(place.before, make("mark", place.words), place.after);
    if (place.excerpt) quote.append(excerpt(place.excerpt));
    if (place.where) quote.append(make("cite", place.where));
    return quote;
  };
  const tell = ([row, column]) => {
    const cell = row.cells[column];
    const panel = $("panel");
    panel.replaceChildren();
    const button = make("button", "×", "close");
    button.type = "button";
    button.setAttribute("aria-label", "Close");
    button.addEventListener("click", () => close(true));
    panel.append(button, make("h2", row.title), make("p", data.columns[column], "about"));
    if (cell.error) {
      panel.append(make("p", cell.error, "said bad"));
    } else if (cell.words) {
      panel.append(make("p", cell.words, "said"));
      if (cell.value) panel.append(make("p", cell.value, "value"));
    } else {
      panel.append(make("p", cell.places.length ? "Not answered. The nearest words are marked." : "Not answered.", "said none"));
    }
    if (cell.level) {
      const how = make("p", "", "how");
      const sign = make("i", "", "strokes");
      sign.dataset.level = cell.level;
      for (let stroke = 1; stroke <= 3; stroke++) sign.append(make("b", "", stroke <= cell.level ? "on" : ""));
      how.append(sign, cell.words ? cell.sure : `${cell.sure}, asked for ${cell.least}`);
      panel.append(how);
    }
    const places = make("div", "", cell.words ? "" : "near");
    places.append(...cell.places.map(quoted));
    panel.append(places);
    for (const text of [cell.formula, cell.note]) if (text) panel.append(make("p", text, "about"));
    panel.hidden = false;
    root.classList.add("open");
    panel.scrollTop = 0;
    open = true;
  };
  const close = (back) => {
    $("panel").hidden = true;
    root.classList.remove("open");
    open = false;
    if (at) at[0].buttons[at[1]].removeAttribute("aria-current");
    if (back && at) at[0].buttons[at[1]].focus();
  };

  // -- one cell can be reached with Tab, the others with the arrows
  const go = (row, column, focus = true) => {
    if (at) {
      const before = at[0].buttons[at[1]];
      before.tabIndex = -1;
      before.removeAttribute("aria-current");
    }
    at = row ? [row, column] : null;
    if (!at) return;
    const button = row.buttons[column];
    button.tabIndex = 0;
    if (focus) button.focus();
    if (open) { tell(at); button.setAttribute("aria-current", "true"); }
  };
  const place = (button) => {
    const row = rows.find((one) => one.element === button.closest("tr"));
    return [row, row.buttons.indexOf(button)];
  };
  body.addEventListener("click", (event) => {
    const button = event.target.closest(".cell");
    if (!button) return;
    const again = open && button.getAttribute("aria-current") === "true";
    if (again) { close(true); return; }
    open = true;
    go(...place(button));
    button.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
  body.addEventListener("keydown", (event) => {
    const button = event.target.closest(".cell");
    if (!button || event.ctrlKey || event.metaKey || event.altKey) return;
    const [row, column] = place(button);
    const number = shown.indexOf(row);
    const steps = {
      ArrowUp: [number - 1, column], ArrowDown: [number + 1, column], ArrowLeft: [number, column - 1],
      ArrowRight: [number, column + 1], Home: [number, 0], End: [number, row.buttons.length - 1],
      PageUp: [Math.max(0, number - 10), column], PageDown: [Math.min(shown.length - 1, number + 10), column],
    };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    const next = shown[step[0]];
    if (next && next.buttons[step[1]]) go(next, step[1]);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && open) close(true);
    if (event.key === "/" && !event.target.closest("input, select")) { event.preventDefault(); form.elements.text.focus(); }
  });
  if (rows.length) go(rows[0], 0, false);
})();
