"use strict";
// The Universal Scalability Law with the arithmetic of the program, in the same order; a test
// compares both on a grid.
const law = {
  ratio: (p, n) => 1 + (n - 1) * (p.alpha + p.beta * n),
  throughput: (p, n) => p.gamma * (n / law.ratio(p, n)),
  latency: (p, n) => law.ratio(p, n) / p.gamma,
  efficiency: (p, n) => 1 / law.ratio(p, n),
  peak(p) {
    let n;
    if (p.beta > 0 && p.alpha < 1) n = Math.sqrt(1 - p.alpha) / Math.sqrt(p.beta);
    else if (p.alpha >= 1 && p.beta >= 0 && p.alpha - 1 + p.beta > 0) n = 0;
    else return null;
    n = Math.max(n, 1);
    const floor = Math.floor(n);
    const whole = 1 - p.alpha - p.beta * floor * (floor + 1) > 0 ? floor + 1 : floor;
    return { n, whole, throughput: law.throughput(p, whole) };
  },
};

// Three significant digits, whole digits never dropped, thousands marks.
function digits(value) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < 1e-5 || size >= 1e15) return value.toExponential(2);
  const power = Number(value.toExponential(2).split("e")[1]);
  const [whole, rest] = value.toFixed(Math.max(0, 2 - power)).split(".");
  const marked = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return rest ? marked + "." + rest : marked;
}

function count(value) {
  return Number.isInteger(value) ? String(value).replace(/\B(?=(\d{3})+$)/g, ",") : digits(value);
}

function time(seconds) {
  for (const [factor, unit, below] of [[1e9, "ns", 999.5e-9], [1e6, "µs", 999.5e-6], [1e3, "ms", 999.5e-3]])
    if (seconds < below) return digits(seconds * factor) + " " + unit;
  return digits(seconds) + " s";
}

// A panel's rectangle in its picture, and the way from values to it.
function frameOf(panel) {
  const at = (name) => panel.getAttribute("data-" + name);
  const [left, top, width, height] = at("frame").split(" ").map(Number);
  const axis = (name) => {
    const from = Number(at(name + "-from")), to = Number(at(name + "-to"));
    return at(name + "-spacing") === "linear"
      ? { from, to, place: (v) => (v - from) / (to - from), value: (s) => from + s * (to - from) }
      : { from, to, place: (v) => Math.log(v / from) / Math.log(to / from), value: (s) => from * Math.pow(to / from, s) };
  };
  const x = axis("x"), y = axis("y");
  return { x, y, top, bottom: top + height, px: (v) => left + x.place(v) * width, py: (v) => top + height - y.place(v) * height };
}

function draw(name, attributes, parent) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const key in attributes) node.setAttribute(key, attributes[key]);
  parent.appendChild(node);
  return node;
}

// Arrow keys and the pointer walk over the measured values of a picture.
function walk(figure) {
  const readout = figure.nextElementSibling;
  const pictures = [...figure.querySelectorAll("svg")].map((svg) => ({
    svg,
    marks: [...svg.querySelectorAll("[data-y]")]
      .map((mark) => ({ mark, x: Number(mark.getAttribute("data-x")), said: mark.querySelector("title").textContent }))
      .sort((a, b) => a.x - b.x),
  }));
  let index = -1;
  const show = (to) => {
    for (const { svg, marks } of pictures) {
      const found = marks[Math.max(0, Math.min(marks.length - 1, to))];
      if (!found) return;
      index = marks.indexOf(found);
      const old = svg.querySelector(".ring");
      if (old) old.remove();
      const box = found.mark.getBBox();
      draw("circle", { cx: box.x + box.width / 2, cy: box.y + box.height / 2, r: 9, class: "ring" }, found.mark.parentNode);
      readout.textContent = found.said;
    }
  };
  figure.addEventListener("keydown", (event) => {
    const count = pictures[0].marks.length;
    const to = { ArrowRight: index + 1, ArrowLeft: index < 0 ? count - 1 : index - 1, Home: 0, End: count - 1 }[event.key];
    if (to === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    show(to);
  });
  for (const { svg, marks } of pictures)
    svg.addEventListener("pointermove", (event) => {
      let best = -1, least = 24;
      marks.forEach(({ mark }, at) => {
        const box = mark.getBoundingClientRect();
        const far = Math.hypot(box.x + box.width / 2 - event.clientX, box.y + box.height / 2 - event.clientY);
        if (far < least) [best, least] = [at, far];
      });
      if (best >= 0 && best !== index) show(best);
    });
}

// What other coefficients would bring: sliders, a curve, a sentence.
function sliders(form) {
  const start = {};
  for (const key of ["alpha", "beta", "gamma", "n"]) start[key] = Number(form.getAttribute("data-" + key));
  const unit = form.getAttribute("data-unit");
  const most = { alpha: Math.max(1, start.alpha), beta: Math.max(16 * start.beta, 1e-4), n: Math.max(8, 4 * start.n) };
  const scales = {
    alpha: { value: (t) => most.alpha * t * t, place: (v) => Math.sqrt(Math.max(0, v) / most.alpha), show: digits },
    beta: { value: (t) => most.beta * t * t, place: (v) => Math.sqrt(Math.max(0, v) / most.beta), show: digits },
    gamma: { value: (t) => start.gamma * Math.pow(4, 2 * t - 1), place: (v) => (1 + Math.log(v / start.gamma) / Math.log(4)) / 2, show: (v) => digits(v) + "/s" },
    n: { value: (t) => Math.max(1, Math.round(Math.pow(most.n, t))), place: (v) => Math.log(v) / Math.log(most.n), show: count },
  };
  let now = { ...start };
  const said = form.querySelector(".said");
  const panels = [...document.querySelectorAll("[data-figure='0'] svg")].map((svg) => svg.querySelector("[data-panel]"));
  const curves = panels.map((panel) => [frameOf(panel), draw("path", { class: "changed", d: "" }, panel)]);
  const update = () => {
    for (const key in scales) form.querySelector("output[data-of='" + key + "']").textContent = scales[key].show(now[key]);
    const moved = ["alpha", "beta", "gamma"].some((key) => now[key] !== start[key]);
    for (const [frame, curve] of curves) {
      let d = "";
      for (let at = 0; moved && at <= 160; at++) {
        const n = frame.x.value(at / 160);
        const y = frame.py(law.throughput(now, n));
        if (n <= 0 || !(y >= frame.top - 1)) { d += " "; continue; }
        d += (d === "" || d.endsWith(" ") ? "M" : "L") + frame.px(n).toFixed(1) + " " + Math.min(y, frame.bottom).toFixed(1);
      }
      curve.setAttribute("d", d.trim());
    }
    const peak = law.peak(now);
    const top = peak
      ? "Throughput would peak at " + count(peak.whole) + " " + unit + ", " + digits(peak.throughput) + "/s."
      : "There would be no peak.";
    said.textContent = top + " At " + count(now.n) + " " + unit + ": " + digits(law.throughput(now, now.n)) + "/s, mean latency " +
      time(law.latency(now, now.n)) + ", efficiency " + digits(100 * law.efficiency(now, now.n)) + " %.";
    form.setAttribute("data-peak", peak ? peak.whole : "");
  };
  for (const input of form.querySelectorAll("input")) {
    const key = input.name;
    input.value = scales[key].place(start[key]);
    const say = () => input.setAttribute("aria-valuetext", scales[key].show(now[key]));
    input.addEventListener("input", () => { now[key] = scales[key].value(Number(input.value)); say(); update(); });
    say();
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  form.querySelector("button").addEventListener("click", () => {
    now = { ...start };
    for (const input of form.querySelectorAll("input")) {
      input.value = scales[input.name].place(start[input.name]);
      input.setAttribute("aria-valuetext", scales[input.name].show(start[input.name]));
    }
    update();
  });
  update();
}

if (typeof document !== "undefined") {
  document.documentElement.classList.add("script");
  document.querySelectorAll(".figure").forEach(walk);
  document.querySelectorAll("form.sliders-form").forEach(sliders);
  const data = document.querySelector("details.data");
  data.addEventListener("toggle", () => {
    data.querySelector("pre").textContent = document.getElementById("scalecalc-document").textContent.trim();
  });
}
