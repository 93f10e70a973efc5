// Adds files and addresses with the progress of each, and removes articles. What comes from outside is put in as text.
const corpus = document.getElementById("main").dataset.corpus;
const $ = (id) => document.getElementById(id);
const of = (path) => `${path}?corpus=${encodeURIComponent(corpus)}`;
const most = Number($("add").dataset.uploadBytes);
const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
const counted = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;

// -- what the service says

const message = (body, status) => body?.error?.message ?? (status ? `the service answered with status ${status}` : "the service could not be reached");

async function asked(path, options) {
  const reply = await fetch(of(path), options).catch(() => null);
  const body = await reply?.json().catch(() => null);
  if (!reply?.ok) throw new Error(message(body, reply?.status));
  return body;
}

function sent(file, told) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("files", file);
    request.open("POST", of("/v1/articles"));
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => event.lengthComputable && told(event.loaded / event.total));
    request.addEventListener("load", () => (request.status < 300 ? done(request.response) : failed(new Error(message(request.response, request.status)))));
    request.addEventListener("error", () => failed(new Error(message(null, 0))));
    request.send(body);
  });
}

async function finished(job, told) {
  for (let pause = 150; ; pause = Math.min(pause * 1.5, 2000)) {
    const state = await asked(`/v1/articles/jobs/${encodeURIComponent(job)}`);
    if (state.state === "done") return state.report;
    if (state.state === "failed") throw new Error(state.error?.message ?? state.error ?? "it failed");
    told(state);
    await wait(pause);
  }
}

// -- one line for each file

class Line {
  constructor(name) {
    this.item = document.createElement("li");
    const label = document.createElement("span");
    this.state = document.createElement("span");
    this.bar = document.createElement("progress");
    label.textContent = name;
    this.state.className = "state";
    this.bar.max = 1;
    this.bar.setAttribute("aria-label", `Progress of ${name}`);
    this.item.append(label, this.state, this.bar);
    $("uploads-list").append(this.item);
    this.say("Waiting", 0);
  }

  say(words, part) {
    this.state.textContent = words;
    if (part === undefined) this.bar.removeAttribute("value");
    else this.bar.value = part;
  }

  end(words, kind, reasons = []) {
    const name = `${this.item.firstChild.textContent}: `;
    this.state.textContent = words;
    this.item.className = kind;
    this.bar.remove();
    for (const reason of reasons) {
      const why = document.createElement("p");
      why.className = "why";
      const bare = reason.startsWith(name) ? reason.slice(name.length) : reason;
      why.textContent = bare[0]?.toUpperCase() + bare.slice(1);
      this.item.append(why);
    }
  }
}

const totals = { added: 0, same: 0, failed: 0 };

function reported(line, report) {
  const added = report.added + report.updated + report.moved;
  const skipped = report.skipped ?? [];
  const several = added + report.unchanged + skipped.length > 1;
  const reasons = skipped.map((one) => (several ? `${one.source}: ${one.reason}` : one.reason));
  totals.added += added;
  totals.same += report.unchanged;
  totals.failed += skipped.length;
  if (added) line.end(report.added > 1 ? `Added ${counted(report.added, "article")}` : report.updated && !report.added ? "Updated" : "Added", "good", reasons);
  else if (report.unchanged) line.end("Already here", "", reasons);
  else line.end("Not added", "failed", reasons.length ? reasons : ["nothing of an article was found in it"]);
}

async function added(line, start) {
  try {
    const body = await start();
    const report = body.job
      ? await finished(body.job, (job) => line.say(job.state === "waiting" ? "Waiting for its turn" : job.total > 1 ? `Reading ${job.done} of ${job.total}` : "Reading", job.total > 1 ? job.done / job.total : undefined))
      : body;
    reported(line, report);
  } catch (error) {
    totals.failed += 1;
    line.end("Not added", "failed", [error.message]);
  }
}

// -- files, one after the other

const queue = [];
let working = false;

function enqueue(name, start) {
  $("uploads").hidden = false;
  queue.push([new Line(name), start]);
  if (!working) work();
}

async function work() {
  working = true;
  Object.assign(totals, { added: 0, same: 0, failed: 0 });
  while (queue.length) {
    $("uploads-said").textContent = "Adding…";
    const [line, start] = queue.shift();
    await added(line, () => start(line));
  }
  working = false;
  const said = [totals.added && `${totals.added} added`, totals.same && `${totals.same} already here`, totals.failed && `${totals.failed} not added`];
  $("uploads-said").textContent = said.filter(Boolean).join(", ") || "Nothing was added";
  await renewed();
}

function take(files) {
  for (const file of files) {
    enqueue(file.name, (line) => {
      if (file.size > most) throw new Error(`it has ${Math.ceil(file.size / 1048576)} MB, and at most ${Math.floor(most / 1048576)} MB are taken; split it, or add it with askdocs add`);
      if (!file.size) throw new Error("the file is empty, or a folder; choose the files in it");
      line.say("Sending", 0);
      return sent(file, (part) => line.say(part < 1 ? `Sending ${Math.floor(part * 100)} %` : "Reading", part < 1 ? part : undefined));
    });
  }
}

$("add").hidden = false;
$("choose").addEventListener("click", () => $("files").click());
$("files").addEventListener("change", () => { take([...$("files").files]); $("files").value = ""; });
$("add-url").addEventListener("submit", (event) => {
  event.preventDefault();
  const url = $("url").value.trim();
  $("url").value = "";
  enqueue(url, (line) => {
    line.say("Loading");
    return asked("/v1/articles/url", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ url }) });
  });
});

let depth = 0; // of elements that what is dragged is over
const holdsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
addEventListener("dragenter", (event) => { if (holdsFiles(event)) { depth += 1; $("drop").classList.add("over"); } });
addEventListener("dragleave", (event) => { if (holdsFiles(event) && --depth <= 0) { depth = 0; $("drop").classList.remove("over"); } });
addEventListener("dragover", (event) => { if (holdsFiles(event)) event.preventDefault(); });
addEventListener("drop", (event) => {
  if (!holdsFiles(event)) return;
  event.preventDefault();
  depth = 0;
  $("drop").classList.remove("over");
  take([...event.dataTransfer.files]);
});

// -- the list

async function renewed() {
  const reply = await fetch(location.href).catch(() => null);
  const found = reply?.ok && new DOMParser().parseFromString(await reply.text(), "text/html").getElementById("list");
  if (found) $("list").replaceWith(document.adoptNode(found));
  removable();
}

function removable() {
  for (const button of document.querySelectorAll("[data-remove]")) button.hidden = false;
}

let chosen = null;
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-remove]");
  if (!button) return;
  chosen = button;
  $("remove-what").textContent = button.dataset.title;
  $("remove-trouble").textContent = "";
  $("remove").showModal();
});
$("remove-no").addEventListener("click", () => $("remove").close());
$("remove-yes").addEventListener("click", async () => {
  $("remove-yes").disabled = true;
  let notes = [];
  try {
    notes = (await asked(`/v1/articles/${chosen.dataset.remove}`, { method: "DELETE" })).notes ?? [];
  } catch (error) {
    $("remove-trouble").textContent = error.message;
    return;
  } finally {
    $("remove-yes").disabled = false;
  }
  $("remove").close();
  $("said").textContent = [`Removed “${chosen.dataset.title}”`, ...notes].join("; ");
  await renewed();
  $("count").focus();
});
removable();

// -- what was being added when the page was left

asked("/v1/articles/jobs").then((jobs) => {
  for (const job of jobs.reverse()) {
    if (job.state === "waiting" || job.state === "indexing") enqueue(job.files.map((file) => file.name).join(", ") || "Files", async () => ({ job: job.id }));
  }
}, () => {}); // an older service tells no jobs
