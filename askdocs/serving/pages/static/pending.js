// A question that is on its way: what is done for it, and the words as they come. They may be withdrawn.

export class Pending {
  constructor(question) {
    this.place = document.getElementById("pending");
    this.element = made("article", "exchange pending");
    this.element.setAttribute("aria-busy", "true");
    this.state = made("span", "");
    this.clock = made("span", "clock");
    this.clock.setAttribute("aria-hidden", "true");
    const line = made("p", "state");
    line.append(this.state, this.clock);
    this.draft = made("p", "draft");
    this.draft.hidden = true;
    this.note = made("p", "quiet draft-note");
    this.note.textContent = "Not checked yet: these words may be withdrawn.";
    this.note.hidden = true;
    const heading = made("h2", "question");
    heading.textContent = question;
    this.element.append(heading, line, this.draft, this.note);
    this.place.replaceChildren(this.element);
    const began = Date.now();
    this.ticking = setInterval(() => {
      const seconds = Math.floor((Date.now() - began) / 1000);
      if (seconds >= 3) this.clock.textContent = `${seconds} s`;
    }, 1000);
    this.element.scrollIntoView({ block: "nearest" });
  }

  say(words) {
    this.state.textContent = words;
    const status = document.getElementById("status");
    if (status.textContent !== words) status.textContent = words;
  }

  add(text) {
    this.draft.hidden = this.note.hidden = false;
    this.draft.textContent += text;
  }

  // The answer takes the place of the words that came, in the conversation.
  become(html) {
    const piece = document.createElement("template");
    piece.innerHTML = html; // made by the service, where every text is escaped
    const turn = piece.content.firstElementChild;
    document.getElementById("turns").append(turn);
    this.remove();
    return turn;
  }

  remove() {
    clearInterval(this.ticking);
    this.place.replaceChildren();
  }
}

function made(name, kind) {
  const element = document.createElement(name);
  element.className = kind;
  return element;
}
