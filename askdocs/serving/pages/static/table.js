// Asks the questions of every article and shows the table. What comes from articles is put in as text.
const corpus = document.getElementById("main").dataset.corpus;
const $ = (id) => document.getElementById(id);
const of = (path, more = {}) => `${path}?${new URLSearchParams({ corpus, ...more })}`;
const sure = JSON.parse($("questions").dataset.confidence);
const make = (name, text = "", kind = "") => {
  const element = document.createElement(name);
  element.textContent = text;
  if (kind) element.className = kind;
  return element;
};
const failure = async (reply) => new Error((await reply.json().catch(() => null))?.error?.message ?? `the service answered with status ${reply.status}`);

// -- the questions

function add(focus) {
  const item = $("column").content.firstElementChild.cloneNode(true);
  $("columns").append(item);
  numbered();
  if (focus) item.querySelector("input").focus();
}

function numbered() {
  [...$("columns").children].forEach((item, place) => {
    const [question, name] = item.querySelectorAll("input");
    const [one, other] = item.querySelectorAll("label");
    [question.id, name.id] = [`question-${place}`, `name-${place}`];
    [one.htmlFor, other.htmlFor] = [question.id, name.id];
    one.textContent = `Question ${place + 1}`;
    other.textContent = `Name of column ${place + 1}`;
    question.placeholder = place ? "" : "How many shares were sold?";
    item.querySelector("button").setAttribute("aria-label", `Remove question ${place + 1}`);
  });
}

const unasked = new Set("a an and are at be by did do does for from had has have how in into is it its many much of on or that the their there this to was were what when where which who whose why will with".split(" "));

// A name for a column: the first words of the question that are not such as every question has.
function named(question, taken) {
  const words = question.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const telling = words.filter((word) => !unasked.has(word)).slice(0, 3);
  const joined = (telling.length ? telling : words.slice(0, 3)).join(" ") || "answer";
  const name = joined[0].toUpperCase() + joined.slice(1);
  for (let number = 1; ; number++) if (!taken.has(number > 1 ? `${name} ${number}` : name)) return number > 1 ? `${name} ${number}` : name;
}

function wanted() {
  const columns = new Map();
  for (const item of $("columns").children) {
    const [question, name] = [...item.querySelectorAll("input")].map((input) => input.value.trim());
    if (name && columns.has(name)) throw new Error(`Two columns are named “${name}”; give one of them another name.`);
    columns.set(name || named(question, columns), question);
  }
  const where = {};
  const days = [["from", ">="], ["to", "<="]].filter(([id]) => $(id).value).map(([id, sign]) => sign + $(id).value);
  if (days.length) where.published = days;
  const source = $("source").value.trim();
  if (source) where.source = /[*?]/.test(source) ? source : `*${source}*`;
  return { columns: Object.fromEntries(columns), ...(Object.keys(where).length ? { where } : {}) };
}

$("more").addEventListener("click", () => add(true));
$("columns").addEventListener("click", (event) => {
  if (!event.target.classList.contains("drop-column")) return;
  event.target.closest("li").remove();
  numbered();
  $("more").focus();
});
add(false);

// -- asking

let asking = null;

async function* events(reply) {
  if (!reply.headers.get("content-type")?.startsWith("text/event-stream")) {
    yield ["table", await reply.json()];
    return;
  }
  const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
  let held = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    held += value;
    const parts = held.split(/\r?\n\r?\n/);
    held = parts.pop();
    for (const part of parts) {
      const lines = part.split(/\r?\n/);
      const data = lines.filter((line) => line.startsWith("data:")).map((line) => line.slice(5).trimStart()).join("\n");
      if (data) yield [lines.find((line) => line.startsWith("event:"))?.slice(6).trim() ?? "message", JSON.parse(data)];
    }
  }
}

function progressed({ done, total }) {
  $("bar").max = total || 1;
  $("bar").value = done;
  $("said").textContent = `${done.toLocaleString("en")} of ${total.toLocaleString("en")} cells`;
}

const posted = (body, more = {}, signal = undefined) => fetch(of("/v1/table", more), {
  method: "POST", signal, body: JSON.stringify(body), headers: { "content-type": "application/json" },
});

async function ask(body) {
  const reply = await posted({ ...body, stream: true }, {}, asking.signal);
  if (!reply.ok) throw await failure(reply);
  for await (const [name, data] of events(reply)) {
    if (name === "progress") progressed(data);
    if (name === "error") throw new Error(data.message ?? data.error?.message ?? "it failed");
    if (name === "table") return data;
  }
  throw new Error("the connection ended before the table was whole; what was answered is kept, so make it again");
}

$("questions").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (asking) return;
  $("trouble").textContent = "";
  asking = new AbortController();
  try {
    const body = wanted();
    busy(true);
    show(await ask(body), body);
  } catch (error) {
    const stopped = asking.signal.aborted;
    $("status").textContent = stopped ? "Stopped" : "";
    $("trouble").textContent = stopped ? "" : error instanceof TypeError ? "The service could not be reached." : error.message;
  } finally {
    asking = null;
    busy(false);
  }
});
$("stop").addEventListener("click", () => asking?.abort());

function busy(on) {
  $("start").disabled = on;
  $("stop").hidden = !on;
  $("progress").hidden = !on;
  if (!on) return;
  $("bar").removeAttribute("value");
  $("said").textContent = "Waiting for its turn";
  $("status").textContent = "Asking every article";
}

// -- the table

let asked = null; // what the table that is shown was asked with
let table = null;
let open = null;

function show(given, body) {
  asked = body;
  table = given;
  close(false);
  const cells = table.rows.flatMap((row) => Object.values(row.cells));
  const answered = cells.filter((cell) => cell.text).length;
  $("result-title").textContent = `${table.rows.length} article${table.rows.length === 1 ? "" : "s"}, ${answered} of ${cells.length} cells answered`;
  $("status").textContent = $("result-title").textContent;
  const head = document.createElement("tr");
  head.append(headed("Article", ""), ...table.columns.map((column) => headed(column.name, column.question)));
  $("table").tHead.replaceChildren(head);
  $("table").tBodies[0].replaceChildren(...table.rows.map(line));
  $("result").hidden = false;
  $("result-title").focus({ preventScroll: true });
  $("result").scrollIntoView({ block: "start" });
}

function headed(name, question) {
  const head = make("th", name);
  head.scope = "col";
  if (question && question !== name) head.append(make("small", question));
  return head;
}

function line(row) {
  const element = document.createElement("tr");
  const head = document.createElement("th");
  const link = make("a", row.title || row.source);
  head.scope = "row";
  head.dir = "auto";
  link.href = of(`/article/${encodeURIComponent(row.article_id)}`);
  head.append(link);
  if (row.published) head.append(make("small", row.published));
  element.append(head, ...table.columns.map((column) => cell(row, column)));
  return element;
}

function cell(row, column) {
  const element = document.createElement("td");
  const button = document.createElement("button");
  const held = row.cells[column.name];
  button.type = "button";
  if (held.error) button.append(make("span", "failed", "failed"));
  else if (held.text) button.append(make("span", withUnit(held)), make("small", confidence(held)));
  else button.append(make("span", "–", "nothing"), make("span", "not answered", "visually-hidden"));
  button.addEventListener("click", () => tell(button, row, column));
  element.append(button);
  return element;
}

function withUnit(held) {
  const unit = held.citations[0]?.unit;
  return unit && !held.formula && ["number", "money", "percent", "range"].includes(held.kind) && !held.text.includes(unit) ? `${held.text} (${unit.replace(/^[([]|[)\]]$/g, "")})` : held.text;
}

const confidence = (held) => sure.find(([least]) => Math.round(held.confidence * 100) / 100 >= least)[1];

// -- what a cell rests on

async function tell(button, row, column) {
  close(false);
  open = button;
  button.setAttribute("aria-current", "true");
  const held = row.cells[column.name];
  const away = make("button", "×", "close");
  away.type = "button";
  away.setAttribute("aria-label", "Close");
  away.addEventListener("click", () => close(true));
  const top = make("div", "", "top");
  top.append(away, make("p", column.question, "asked"), make("p", said(held), "words"));
  if (held.text || held.nearest) top.append(make("p", `${confidence(held)} (${held.confidence.toFixed(2)})`, "asked"));
  $("panel").replaceChildren(top);
  for (const text of [held.formula, held.note, held.error]) if (text) $("panel").append(make("p", text, held.error === text ? "bad" : "quiet"));
  $("panel").hidden = false;
  document.querySelector(".beside").classList.add("open");
  $("panel").focus({ preventScroll: true });
  const place = held.citations[0];
  if (!place) return;
  const at = { start: place.start, end: place.end, answer_start: place.answer_start, answer_end: place.answer_end };
  const reply = await fetch(of(`/article/${encodeURIComponent(place.article_id)}/fragment`, at)).catch(() => null);
  if (open !== button) return;
  const found = reply?.ok && new DOMParser().parseFromString(await reply.text(), "text/html").querySelector(".article-fragment");
  if (open !== button) return;
  $("panel").append(found ? document.adoptNode(found) : make("p", place.quote));
  const mark = $("panel").querySelector("#mark");
  if (mark) $("panel").scrollTop = mark.getBoundingClientRect().top - $("panel").getBoundingClientRect().top + $("panel").scrollTop - top.offsetHeight - 90;
}

const said = (held) => (held.error ? "This could not be asked." : held.text ? withUnit(held) : held.nearest ? `Not answered. Nearest: ${held.nearest}` : "Not answered.");

function close(back) {
  $("panel").hidden = true;
  document.querySelector(".beside").classList.remove("open");
  open?.removeAttribute("aria-current");
  if (back) open?.focus();
  open = null;
}
addEventListener("keydown", (event) => { if (event.key === "Escape" && open) close(true); });

// Arrows go from cell to cell, as in every table.
$("table").addEventListener("keydown", (event) => {
  const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
  const here = event.target.closest("td");
  if (!step || !here) return;
  const row = here.parentElement;
  const next = $("table").tBodies[0].rows[row.sectionRowIndex + step[0]]?.cells[here.cellIndex + step[1]]?.querySelector("button");
  if (next) { event.preventDefault(); next.focus(); }
});

// -- files: the service knows what it answered, and asks none of it again

for (const button of document.querySelectorAll("[data-save]")) {
  button.addEventListener("click", async () => {
    const ending = button.dataset.save;
    button.disabled = true;
    $("trouble").textContent = "";
    const reply = await posted(asked, { format: ending }).catch(() => null);
    button.disabled = false;
    if (!reply?.ok) {
      $("trouble").textContent = reply ? (await failure(reply)).message : "The service could not be reached.";
      return;
    }
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await reply.blob());
    link.download = `table.${ending}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  });
}
