// What every chart needs: a sharp canvas, colours of the theme, axes, numbers with units, the box under the pointer.
"use strict";
const drawing = (() => {
  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const TIMES = [["ns", 1], ["µs", 1e3], ["ms", 1e6], ["s", 1e9]];
  const SIZES = [["B", 1], ["kB", 1e3], ["MB", 1e6], ["GB", 1e9]];
  const digits = (value, count = 3) => {
    if (value === 0) return "0";
    const places = Math.max(0, count - 1 - Math.floor(Math.log10(Math.abs(value)) + 1e-9));
    return value.toFixed(Math.min(places, 8));
  };
  // The unit that a value of this size is written in, and how much one of it is.
  const unitOf = (value, unit) => {
    const factor = unit === "seconds" ? 1e9 : 1;
    const units = unit === "ns" || unit === "seconds" ? TIMES : unit === "bytes" ? SIZES : null;
    if (!units) return [unit === "unit" ? "" : unit, 1];
    let found = units[0];
    for (const item of units) if (Math.abs(value) * factor >= 0.9995 * item[1]) found = item;
    return [found[0], found[1] / factor];
  };
  const quantity = (value, unit) => {
    if (!Number.isFinite(value)) return "-";
    const [name, size] = unitOf(value, unit);
    return `${digits(value / size)} ${name}`.trim();
  };
  const change = (ratio) => {
    if (!Number.isFinite(ratio)) return "-";
    if (ratio >= 3) return `${digits(ratio)} x`;
    const percent = Math.round((ratio - 1) * 1000) / 10;
    return `${percent < 0 ? "−" : "+"}${Math.abs(percent).toFixed(1)} %`;
  };
  const ticks = (low, high, count) => {
    const span = high - low || 1;
    const rough = span / Math.max(count, 1);
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough);
    const found = [];
    for (let tick = Math.ceil(low / step) * step; tick <= high + step * 1e-6; tick += step) found.push(tick);
    return [found, step];
  };
  const day = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 10);
  // Makes the canvas as sharp as the screen and calls draw(context, width, height) now, after a resize, a change of theme.
  const keepDrawn = (canvas, draw) => {
    let drawn = "";
    const redraw = () => {
      const { width, height } = canvas.getBoundingClientRect();
      if (!width || !height) return;
      drawn = `${width} ${height}`;
      const scale = window.devicePixelRatio || 1;
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
      const context = canvas.getContext("2d");
      context.setTransform(scale, 0, 0, scale, 0, 0);
      context.clearRect(0, 0, width, height);
      context.font = `12px ${getComputedStyle(document.body).fontFamily}`;
      draw(context, width, height);
    };
    let isAsked = false;
    const ask = () => {
      if (isAsked) return;
      isAsked = true;
      requestAnimationFrame(() => { isAsked = false; redraw(); });
    };
    // The observer also calls when it begins, at the size that is drawn already.
    new ResizeObserver(() => {
      const { width, height } = canvas.getBoundingClientRect();
      if (drawn !== `${width} ${height}`) ask();
    }).observe(canvas);
    document.addEventListener("themechange", ask);
    redraw();
    return ask;
  };
  const line = (context, x1, y1, x2, y2) => {
    context.beginPath();
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
    context.stroke();
  };
  // Fills the box with [element name, text] lines and puts it beside the point, inside the plot.
  const tip = (box, lines, x, y) => {
    box.replaceChildren(...lines.filter(([, text]) => text).map(([kind, text]) => {
      const element = document.createElement(kind === "b" ? "b" : "div");
      if (kind === "faint") element.className = "faint";
      const isolated = document.createElement("bdi");
      isolated.textContent = text;
      element.append(isolated);
      return element;
    }));
    box.hidden = false;
    const plot = box.parentElement;
    const left = x + 14 + box.offsetWidth > plot.clientWidth ? x - 14 - box.offsetWidth : x + 14;
    box.style.left = `${Math.max(4, Math.min(left, plot.clientWidth - box.offsetWidth - 4))}px`;
    box.style.top = `${Math.max(4, Math.min(y - box.offsetHeight / 2, plot.clientHeight - box.offsetHeight - 4))}px`;
  };
  return { color, unitOf, quantity, change, digits, ticks, day, keepDrawn, line, tip };
})();
