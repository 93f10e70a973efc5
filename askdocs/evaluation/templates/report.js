"use strict";
// The page's script: charts, filters and the list of cases. Words of articles and models are set as text, never as HTML.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const GOOD = new Set(["right", "rightly abstained", "retrieved"]);
  const STEP = 30;

  // --- theme -------------------------------------------------------------------------------------------------------
  const remember = (value) => { try { localStorage.setItem("askdocs-theme", value); } catch { /* no storage for files here */ } };
  const remembered = () => { try { return localStorage.getItem("askdocs-theme"); } catch { return null; } };
  const system = matchMedia("(prefers-color-scheme: dark)");
  function setTheme(dark) {
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    byId("theme").textContent = dark ? "Light" : "Dark";
    byId("theme").setAttribute("aria-pressed", String(dark));
    drawCharts();
  }
  byId("theme").addEventListener("click", () => {
    const dark = document.documentElement.dataset.theme !== "dark";
    remember(dark ? "dark" : "light");
    setTheme(dark);
  });
  system.addEventListener("change", (event) => { if (!remembered()) setTheme(event.matches); });

  // --- charts ------------------------------------------------------------------------------------------------------
  // Okabe and Ito's colours, which most people can tell apart; shapes and dashes say the same again.
  const COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8C6BB1", "#999999"];
  const SHAPES = ["circle", "rect", "triangle", "rectRot", "star", "cross", "rectRounded", "dash"];
  const DASHES = [[], [6, 3], [2, 3], [8, 3, 2, 3], [12, 4], [4, 4], [1, 2], [10, 2]];
  let charts = [];
  const colour = (i) => COLOURS[i % COLOURS.length];
  const style = (i) => ({
    label: data.runs[i].label, borderColor: colour(i), backgroundColor: colour(i), borderWidth: 2,
    pointStyle: SHAPES[i % SHAPES.length], borderDash: DASHES[i % DASHES.length], clip: false,
  });
  // Draws the 95% intervals of bars and points, which Chart.js has no element for.
  const whiskers = {
    id: "whiskers",
    afterDatasetsDraw(chart) {
      const pen = chart.ctx;
      pen.save();
      pen.strokeStyle = getComputedStyle(document.documentElement).getPropertyValue("--ink");
      pen.lineWidth = 1;
      chart.data.datasets.forEach((set, i) => (set.intervals || []).forEach((interval, j) => {
        const element = chart.getDatasetMeta(i).data[j];
        if (!interval || interval[0] === null || !element || !chart.isDatasetVisible(i)) return;
        const [low, high] = interval.map((value) => chart.scales.y.getPixelForValue(value));
        pen.beginPath();
        pen.moveTo(element.x, low); pen.lineTo(element.x, high);
        for (const y of [low, high]) { pen.moveTo(element.x - 3, y); pen.lineTo(element.x + 3, y); }
        pen.stroke();
      }));
      pen.restore();
    },
  };
  function axis(title, ink, line, more = {}) {
    return { title: { display: true, text: title, color: ink }, ticks: { color: ink }, grid: { color: line }, ...more };
  }
  function draw(id, type, datasets, x, y, labels) {
    const css = getComputedStyle(document.documentElement);
    const ink = css.getPropertyValue("--quiet"), line = css.getPropertyValue("--line");
    const linear = labels ? {} : { type: "linear" };
    charts.push(new Chart(byId(id), {
      type, data: { labels, datasets }, plugins: [whiskers],
      options: {
        animation: false, maintainAspectRatio: false, responsive: true,
        scales: { x: axis(x.title, ink, line, { ...linear, ...x.scale }), y: axis(y.title, ink, line, y.scale) },
        plugins: { legend: { labels: { color: ink, usePointStyle: true } } },
      },
    }));
  }
  function drawCharts() {
    charts.forEach((chart) => chart.destroy());
    charts = [];
    const share = { min: 0, max: 1 };
    const types = [...new Set(data.runs.flatMap((run) => Object.keys(run.by_type)))].sort();
    draw("by-type", "bar", data.runs.map((run, i) => ({
      ...style(i), borderWidth: 0, borderDash: undefined,
      data: types.map((type) => run.by_type[type]?.value ?? null),
      intervals: types.map((type) => run.by_type[type] && [run.by_type[type].low, run.by_type[type].high]),
    })), { title: "type of answer" }, { title: "share right", scale: share }, types);
    draw("risk-coverage", "line", data.runs.map((run, i) => ({
      ...style(i), pointRadius: 0, data: run.risk_coverage.map(([coverage, risk]) => ({ x: coverage, y: risk })),
    })), { title: "coverage: share answered", scale: share }, { title: "risk: share wrong", scale: share });
    draw("reliability", "line", [
      { label: "honest", data: [{ x: 0, y: 0 }, { x: 1, y: 1 }], borderColor: "#888888", borderDash: [3, 3], borderWidth: 1, pointRadius: 0 },
      ...data.runs.map((run, i) => ({
        ...style(i), pointRadius: 4,
        data: run.reliability.filter((bin) => bin.count).map((bin) => ({ x: bin.confidence, y: bin.accuracy })),
      })),
    ], { title: "confidence", scale: share }, { title: "share right", scale: share });
    draw("latency", "scatter", data.runs.map((run, i) => {
      const measured = run.exact || run.recall;
      return {
        ...style(i), pointRadius: 7, data: measured ? [{ x: run.seconds, y: measured.value }] : [],
        intervals: measured ? [[measured.low, measured.high]] : [],
      };
    }), { title: "seconds, median", scale: { beginAtZero: true, grace: "10%" } }, { title: "share right", scale: share });
  }

  // --- cases -------------------------------------------------------------------------------------------------------
  function make(tag, text, className) {
    const element = document.createElement(tag);
    if (text !== undefined) {
      element.textContent = text;
      element.dir = "auto";  // Arabic and Hebrew run from right to left
    }
    if (className) element.className = className;
    return element;
  }
  function quote(citation) {
    const block = make("blockquote");
    block.dir = "auto";
    block.tabIndex = 0;
    const place = citation.quote_class === "exact" ? "" : ` (${citation.quote_class})`;
    block.append(make("cite", citation.article + place));
    const points = [...(citation.passage === undefined || citation.passage === null ? citation.quote : data.passages[citation.passage])];
    const text = (start, end) => points.slice(start, end).join("");  // offsets count code points, not UTF-16 units
    if (citation.passage === undefined || citation.passage === null) {
      block.append(points.join(""));
      return block;
    }
    const { start = 0, end = 0, answer_start: from = 0, answer_end: to = 0 } = citation;
    const marked = make("mark");
    if (from >= start && to <= end && to > from) {
      marked.append(text(start, from), make("b", text(from, to)), text(to, end));
    } else {
      marked.append(text(start, end));
    }
    block.append(text(0, start), marked, text(end));
    return block;
  }
  // Each item, fact or part against its gold: right, missing, wrong, or not in gold.
  function goldLine(line) {
    const row = make("li", undefined, line.right ? "right" : line.gold ? "missing" : "extra");
    if (line.about) row.append(make("span", line.about + (/[?:]$/.test(line.about) ? " " : ": "), "what"));
    const word = line.right ? "✓ " : line.gold ? "✗ " : "+ ";
    row.append(make("span", word), make("bdi", line.gold || line.said));
    const other = line.gold && line.said && line.said !== line.gold ? line.said : "";
    if (other) row.append(" ← ", make("bdi", other));
    const note = line.right ? "" : !line.gold ? "not in gold" : line.said ? "" : "missing";
    if (note) row.append(make("small", ` ${note}`));
    return row;
  }
  function againstGold(lines) {
    const wanted = lines.filter((line) => line.gold);
    const box = make("div", undefined, "gold");
    const extra = lines.length - wanted.length;
    const right = wanted.filter((line) => line.right).length;
    box.append(make("div", `${right} of ${wanted.length}${extra ? `, and ${extra} not in gold` : ""}`, "share"));
    const list = make("ul");
    list.append(...lines.map(goldLine));
    box.append(list);
    return box;
  }
  function answerOf(answer, run) {
    const box = make("div", undefined, `answer ${GOOD.has(answer.verdict) ? "good" : "bad"}`);
    box.append(make("div", `${run.label} · ${answer.seconds.toFixed(2)} s · confidence ${answer.confidence.toFixed(2)}`, "who"));
    if (answer.error) box.append(make("p", answer.error, "said"));
    else if (answer.abstained) box.append(make("p", answer.candidate ? `abstained (would have said: ${answer.candidate})` : "abstained", "said none"));
    else box.append(make("p", answer.text, "said"));
    box.append(make("div", answer.verdict, "verdict"));
    if (answer.against_gold) box.append(againstGold(answer.against_gold));
    for (const citation of answer.citations) box.append(quote(citation));
    return box;
  }
  function cardOf(item) {
    const card = make("article", undefined, "case");
    for (const turn of item.history || []) card.append(make("p", `${turn.question} – ${turn.answer}`, "earlier"));
    card.append(make("h3", item.question));
    const about = [item.id, item.type, ...(item.tags || []), ...(item.article || [])].join(" · ");
    card.append(make("p", `gold: \u2068${item.gold || "no answer in the articles"}\u2069 · ${about}`, "about"));
    const answers = make("div", undefined, "answers");
    item.answers.forEach((answer, i) => answers.append(answerOf(answer, data.runs[i])));
    card.append(answers);
    return card;
  }
  const form = byId("filters");
  function choices(name, values) {
    for (const value of [...new Set(values)].sort()) {
      const option = make("option", value);
      option.value = value;
      form.elements[name].append(option);
    }
  }
  choices("type", data.cases.map((item) => item.type));
  choices("tag", data.cases.flatMap((item) => item.tags || []));
  choices("verdict", data.cases.flatMap((item) => item.answers.map((answer) => answer.verdict)));
  const words = data.cases.map((item) => [item.id, item.question, item.gold,
    ...item.answers.flatMap((answer) => [answer.text, answer.candidate])].join("\n").toLowerCase());
  function matches(item, i) {
    const { text, type, tag, verdict, wrong, differ, abstained } = form.elements;
    const said = (answer) => (answer.abstained ? "" : answer.text.trim().toLowerCase());
    return (!text.value || words[i].includes(text.value.toLowerCase()))
      && (!type.value || item.type === type.value)
      && (!tag.value || (item.tags || []).includes(tag.value))
      && (!verdict.value || item.answers.some((answer) => answer.verdict === verdict.value))
      && (!wrong.checked || item.answers.some((answer) => !GOOD.has(answer.verdict)))
      && (!differ.checked || new Set(item.answers.map(said)).size > 1)
      && (!abstained.checked || item.answers.some((answer) => answer.abstained));
  }
  let found = [], drawn = 0;
  function more() {
    const next = found.slice(drawn, drawn + STEP);
    const cards = next.map(cardOf);
    byId("list").append(...cards);
    // A long passage scrolls in its box: begin where its marked words are.
    const marks = cards.flatMap((card) => [...card.querySelectorAll("blockquote mark")]);
    const tops = marks.map((mark) => mark.offsetTop);
    marks.forEach((mark, i) => { mark.closest("blockquote").scrollTop = tops[i] - 40; });
    drawn += next.length;
    byId("more").hidden = drawn >= found.length;
  }
  function filter() {
    found = data.cases.filter(matches);
    drawn = 0;
    byId("list").replaceChildren();
    byId("count").textContent = `${found.length} of ${data.cases.length} cases`;
    more();
  }
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  byId("more").addEventListener("click", more);

  setTheme(remembered() ? remembered() === "dark" : system.matches);
  filter();
})();
