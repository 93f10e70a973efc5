// Asking: the question is sent, its words are shown as they come, and the answer takes its place as the service drew it.

import { serverEvents } from "./events.js";
import { listenForArticles } from "./panel.js";
import { Pending } from "./pending.js";

const corpus = document.getElementById("main").dataset.corpus;
const form = document.getElementById("ask");
const field = document.getElementById("question");
const send = document.getElementById("send");
const stop = document.getElementById("stop");
const trouble = document.getElementById("trouble");
let asking = null;
let counting = null;

form.addEventListener("submit", (submit) => {
  submit.preventDefault();
  if (!asking && field.value.trim()) ask(field.value.trim());
});
stop.addEventListener("click", () => asking?.abort());
field.addEventListener("input", fit);
field.addEventListener("keydown", (key) => {
  if (key.key !== "Enter" || key.shiftKey || key.isComposing) return;
  key.preventDefault();
  form.requestSubmit();
});
document.addEventListener("keydown", (key) => {
  if (key.key !== "/" || key.ctrlKey || key.metaKey || key.altKey) return;
  if (key.target.closest("input, textarea, select, dialog:modal")) return;
  key.preventDefault();
  field.focus();
});
document.addEventListener("click", (click) => {
  const button = click.target.closest("button[data-copy]");
  if (button) copy(button);
});

listenForArticles();
showCopyButtons(document);
if (!document.getElementById("loading").hidden) waitUntilLoaded();
fit();
if (!location.hash) document.getElementById("turns").lastElementChild?.scrollIntoView();

async function ask(question) {
  settle();
  asking = new AbortController();
  const pending = new Pending(question);
  document.getElementById("welcome").classList.add("over");
  working(true);
  pending.say("Searching the articles …");
  field.value = "";
  fit();
  try {
    await listen(await sent(question), pending);
  } catch (error) {
    pending.remove();
    if (!field.value) field.value = question;
    fit();
    tell(error);
  } finally {
    asking = null;
    const elsewhere = ![document.body, stop, field].includes(document.activeElement); // reading something
    working(false);
    if (!elsewhere) field.focus({ preventScroll: true });
  }
}

function sent(question) {
  const given = new FormData(form);
  given.set("question", question);
  const body = Object.fromEntries([...given].filter(([, value]) => value !== ""));
  return fetch(`/conversations/turns?corpus=${encodeURIComponent(corpus)}`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/event-stream" },
    body: JSON.stringify(body),
    signal: asking.signal,
  });
}

async function listen(reply, pending) {
  if (!reply.ok) throw await refusal(reply);
  for await (const { name, data } of serverEvents(reply)) {
    if (name === "waiting") pending.say(waitingWords(data.ahead));
    else if (name === "retrieved") pending.say(readingWords(data));
    else if (name === "token") pending.add(data.text);
    else if (name === "error") throw new Refusal(data.message);
    else if (name === "answered") return answered(data, pending);
  }
  throw new Refusal("The connection ended before the answer came.");
}

function answered(data, pending) {
  const turn = pending.become(data.html);
  showCopyButtons(turn);
  document.getElementById("status").textContent = data.spoken;
  field.placeholder = "Ask a follow-up";
  turn.scrollIntoView({ block: "start", behavior: "auto" });
  if (data.conversation === null) return;
  let number = form.elements.namedItem("conversation");
  if (!number) {
    number = document.createElement("input");
    number.type = "hidden";
    number.name = "conversation";
    form.append(number);
  }
  number.value = data.conversation;
  const place = `corpus=${encodeURIComponent(corpus)}`;
  history.replaceState(null, "", `/?${place}&conversation=${data.conversation}`);
  listConversations(`/conversations?${place}&current=${data.conversation}`);
}

async function listConversations(address) {
  const reply = await fetch(address).catch(() => null);
  if (!reply?.ok) return;
  const piece = document.createElement("template");
  piece.innerHTML = await reply.text(); // made by the service, where every text is escaped
  document.getElementById("past-list").replaceChildren(piece.content);
}

// -- what is said while one waits, and when it goes wrong

class Refusal extends Error {
  constructor(message, seconds = 0) {
    super(message);
    this.seconds = seconds;
  }
}

async function refusal(reply) {
  let message = `The service answered ${reply.status}.`;
  try {
    message = (await reply.json()).error.message;
  } catch {
    // what came is no reply of the service, but of something between
  }
  if (reply.status === 401) message += " Load this page again to sign in.";
  return new Refusal(message, Number(reply.headers.get("retry-after")) || 0);
}

function waitingWords(ahead) {
  if (!ahead) return "Yours is the next question …";
  return `${ahead} ${ahead === 1 ? "question is" : "questions are"} before yours …`;
}

function readingWords({ passages, articles }) {
  if (!passages) return "No passage is near this question …";
  const counted = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;
  return `Reading ${counted(passages, "passage")} of ${counted(articles, "article")} …`;
}

function tell(error) {
  if (error.name === "AbortError") return say("Stopped. The question is back in its field.");
  if (error instanceof Refusal) return error.seconds ? countDown(error) : say(error.message);
  if (error instanceof TypeError) return say("The service cannot be reached. Start it again, then ask once more.");
  say(`The page failed: ${error.message}`);
  throw error;
}

function countDown(error) {
  let left = error.seconds;
  say(error.message);
  send.disabled = true;
  const show = () => {
    send.textContent = left > 0 ? `Ask in ${left} s` : "Ask";
    fit();
    if (left-- > 0) return;
    settle();
    field.focus({ preventScroll: true });
  };
  counting = setInterval(show, 1000);
  show();
}

function say(words) {
  trouble.textContent = words;
  trouble.hidden = false;
  trouble.scrollIntoView({ block: "nearest" });
}

function settle() {
  clearInterval(counting);
  trouble.hidden = true;
  send.disabled = false;
  send.textContent = "Ask";
}

function working(yes) {
  send.hidden = yes;
  stop.hidden = !yes;
}

async function waitUntilLoaded() {
  for (;;) {
    await new Promise((wait) => setTimeout(wait, 1000));
    const reply = await fetch("/healthz").catch(() => null);
    if (reply?.ok) break;
  }
  document.getElementById("loading").hidden = true;
}

// -- small things

function fit() {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight + 2, 200)}px`;
}

function showCopyButtons(within) {
  for (const button of within.querySelectorAll("button[data-copy]")) button.hidden = false;
}

async function copy(button) {
  const words = button.textContent;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = "Copied";
  } catch {
    button.textContent = "This browser does not let the page copy";
  }
  setTimeout(() => (button.textContent = words), 1600);
}
