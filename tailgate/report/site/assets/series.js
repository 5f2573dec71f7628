// The chart of one series: quantiles over commits with interval band, levels, pinned baseline and marks; zoom and hover.
"use strict";
(() => {
  const panel = document.querySelector('[data-chart="series"]');
  if (!panel) return;
  const plot = panel.querySelector(".plot");
  const canvas = plot.querySelector("canvas");
  const box = plot.querySelector(".tip");
  const live = panel.querySelector(".quiet-live");
  const data = tailgate.page(panel);
  const count = data.count;
  const columns = Object.fromEntries(Object.entries(data.columns).map(([name, text]) => [name, tailgate.floats(text)]));
  const value = tailgate.floats(data.value);
  const low = tailgate.floats(data.low);
  const high = tailgate.floats(data.high);
  const place = tailgate.integers(data.place);
  const date = tailgate.integers(data.date);
  const processes = tailgate.integers(data.processes);
  const MARGIN = { left: 64, right: 14, top: 22, bottom: 30 };
  const SMALLEST = Math.min(5, count);
  // from and to are places in the series, to exclusive; cursor is the commit that is looked at.
  const view = { from: 0, to: count, cursor: -1, drag: null };

  const chosen = (name) => panel.querySelector(`input[name="${name}"]:checked`)?.value;
  // The judged quantity has an interval, levels and a pinned baseline; the others are read beside it.
  const isJudged = () => (!chosen("leg") || (chosen("leg") === "intrinsic" && chosen("quantile") === "p99"));
  const shown = () => (isJudged() ? value : columns[`${chosen("leg")} ${chosen("quantile")}`] ?? value);

  // Runs of points of one level: [from, to, level].
  const levels = [];
  data.changes.forEach((change, i) => {
    if (i === 0) levels.push([0, change.at, change.before]);
    levels.push([change.at, data.changes[i + 1]?.at ?? count, change.after]);
  });
  if (!levels.length && count) {
    const sorted = [...value].filter(Number.isFinite).sort((a, b) => a - b);
    if (sorted.length) levels.push([0, count, sorted[sorted.length >> 1]]);
  }

  let scale = null;
  const rangeOf = (series) => {
    let bottom = Infinity;
    let top = -Infinity;
    const take = (number) => {
      if (!Number.isFinite(number)) return;
      if (number < bottom) bottom = number;
      if (number > top) top = number;
    };
    for (let i = view.from; i < view.to; i += 1) {
      take(series[i]);
      if (isJudged()) { take(low[i]); take(high[i]); }
    }
    if (isJudged() && data.pinned) take(data.pinned.value);
    if (bottom > top) return [0, 1];
    const space = (top - bottom) * 0.08 || Math.abs(top) * 0.05 || 1;
    return [bottom >= 0 ? Math.max(0, bottom - space) : bottom - space, top + space];
  };

  const draw = (context, width, height) => {
    const series = shown();
    const [bottom, top] = rangeOf(series);
    const inner = { width: width - MARGIN.left - MARGIN.right, height: height - MARGIN.top - MARGIN.bottom };
    const span = Math.max(view.to - view.from, 1);
    const x = (i) => MARGIN.left + ((i - view.from + 0.5) / span) * inner.width;
    const y = (number) => MARGIN.top + (1 - (number - bottom) / (top - bottom)) * inner.height;
    scale = { x, y, span, inner, width, height };
    axes(context, bottom, top);
    context.save();
    context.beginPath();
    context.rect(MARGIN.left, 0, inner.width, height - MARGIN.bottom + 4);
    context.clip();
    const isDense = span > inner.width;
    if (isJudged()) band(context, isDense);
    if (isDense) dense(context, series); else sparse(context, series);
    if (isJudged()) references(context);
    marks(context);
    cursor(context, series);
    context.restore();
  };

  const axes = (context, bottom, top) => {
    const { y, x, inner, width, height, span } = scale;
    const [name, size] = drawing.unitOf(Math.max(Math.abs(top), Math.abs(bottom)), data.unit);
    const [values, step] = drawing.ticks(bottom / size, top / size, inner.height / 55);
    context.textBaseline = "middle";
    context.textAlign = "right";
    context.lineWidth = 1;
    const places = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    for (const tick of values) {
      const at = Math.round(y(tick * size)) + 0.5;
      context.strokeStyle = drawing.color("grid");
      drawing.line(context, MARGIN.left, at, width - MARGIN.right, at);
      context.fillStyle = drawing.color("faint");
      context.fillText(tick.toFixed(places), MARGIN.left - 8, at);
    }
    context.textAlign = "left";
    context.fillText(name, 10, 11);
    // As many days as fit, each written where its commit stands.
    const every = Math.max(1, Math.ceil(span / Math.max(Math.floor(inner.width / 110), 1)));
    context.textBaseline = "top";
    let last = "";
    for (let i = view.from + (every >> 1); i < view.to; i += every) {
      const text = drawing.day(date[i]);
      if (text !== last) {
        context.textAlign = "center";
        const half = context.measureText(text).width / 2;
        context.fillText(text, Math.min(Math.max(x(i), MARGIN.left + half), width - half - 4), height - MARGIN.bottom + 10);
        context.strokeStyle = drawing.color("line");
        drawing.line(context, x(i), height - MARGIN.bottom, x(i), height - MARGIN.bottom + 4);
      }
      last = text;
    }
    context.strokeStyle = drawing.color("line");
    drawing.line(context, MARGIN.left, height - MARGIN.bottom + 0.5, width - MARGIN.right, height - MARGIN.bottom + 0.5);
  };

  // With more commits than pixels: what lies in each pixel's column, lowest to highest.
  const perPixel = (bottomOf, topOf) => {
    const { inner, span } = scale;
    const pixels = Math.max(Math.floor(inner.width), 1);
    const found = [];
    for (let pixel = 0; pixel < pixels; pixel += 1) {
      const from = view.from + Math.floor((pixel * span) / pixels);
      const to = Math.max(view.from + Math.floor(((pixel + 1) * span) / pixels), from + 1);
      let bottom = Infinity;
      let top = -Infinity;
      for (let i = from; i < to; i += 1) {
        if (bottomOf[i] < bottom) bottom = bottomOf[i];
        if (topOf[i] > top) top = topOf[i];
      }
      if (bottom <= top) found.push([MARGIN.left + pixel + 0.5, bottom, top]);
    }
    return found;
  };

  const area = (context, outline) => {
    if (!outline.length) return;
    context.fillStyle = drawing.color("band");
    context.beginPath();
    outline.forEach(([at, , top], i) => (i ? context.lineTo(at, scale.y(top)) : context.moveTo(at, scale.y(top))));
    for (let i = outline.length - 1; i >= 0; i -= 1) context.lineTo(outline[i][0], scale.y(outline[i][1]));
    context.fill();
  };

  const band = (context, isDense) => {
    if (isDense) { area(context, perPixel(low, high)); return; }
    let outline = [];
    for (let i = view.from; i < view.to; i += 1) {
      if (Number.isFinite(low[i]) && Number.isFinite(high[i])) outline.push([scale.x(i), low[i], high[i]]);
      else { area(context, outline); outline = []; }
    }
    area(context, outline);
  };

  const dense = (context, series) => {
    context.strokeStyle = drawing.color("series");
    context.lineWidth = 1;
    context.beginPath();
    for (const [at, bottom, top] of perPixel(series, series)) {
      context.moveTo(at, scale.y(bottom) + 0.5);
      context.lineTo(at, scale.y(top) - 0.5);
    }
    context.stroke();
  };

  const sparse = (context, series) => {
    context.strokeStyle = drawing.color("series");
    context.fillStyle = drawing.color("series");
    context.lineWidth = 1.25;
    context.beginPath();
    let isDown = false;
    for (let i = view.from; i < view.to; i += 1) {
      if (!Number.isFinite(series[i])) { isDown = false; continue; }
      if (isDown) context.lineTo(scale.x(i), scale.y(series[i])); else context.moveTo(scale.x(i), scale.y(series[i]));
      isDown = true;
    }
    context.stroke();
    if (scale.inner.width / scale.span < 5) return;
    for (let i = view.from; i < view.to; i += 1) {
      if (Number.isFinite(series[i])) dot(context, scale.x(i), scale.y(series[i]), 2.2);
    }
  };

  const dot = (context, x, y, radius) => {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
  };

  const edge = (i) => (scale.x(i) + scale.x(i - 1)) / 2;

  const references = (context) => {
    context.strokeStyle = drawing.color("level");
    context.lineWidth = 1.25;
    for (const [from, to, level] of levels) {
      if (to > view.from && from < view.to) drawing.line(context, edge(from), scale.y(level), edge(to), scale.y(level));
    }
    if (!data.pinned) return;
    context.strokeStyle = drawing.color("pinned");
    context.setLineDash([6, 4]);
    const at = scale.y(data.pinned.value);
    drawing.line(context, MARGIN.left, at, scale.width - MARGIN.right, at);
    context.setLineDash([]);
    if (data.pinned.at >= view.from && data.pinned.at < view.to) {
      context.fillStyle = drawing.color("pinned");
      dot(context, scale.x(data.pinned.at), at, 4);
    }
  };

  const marks = (context) => {
    const { height } = scale;
    for (const change of data.changes) {
      if (change.at < view.from || change.at >= view.to) continue;
      const at = edge(change.at);
      context.strokeStyle = drawing.color(change.worse ? "regressed" : "pass");
      context.fillStyle = context.strokeStyle;
      context.globalAlpha = 0.55;
      context.lineWidth = 1;
      drawing.line(context, at, MARGIN.top, at, height - MARGIN.bottom);
      context.globalAlpha = 1;
      context.beginPath();
      const [tip, back] = change.worse ? [MARGIN.top - 2, MARGIN.top - 10] : [MARGIN.top - 10, MARGIN.top - 2];
      context.moveTo(at, tip);
      context.lineTo(at - 5, back);
      context.lineTo(at + 5, back);
      context.fill();
    }
    for (const mark of data.marks) {
      if (mark.at < view.from || mark.at >= view.to) continue;
      const at = edge(mark.at);
      const bottom = height - MARGIN.bottom - 6;
      context.fillStyle = drawing.color(mark.kind === "flags" ? "improved" : "invalid");
      context.beginPath();
      if (mark.kind === "flags") {
        context.moveTo(at, bottom - 5);
        context.lineTo(at + 5, bottom);
        context.lineTo(at, bottom + 5);
        context.lineTo(at - 5, bottom);
      } else {
        context.arc(at, bottom, 4, 0, 2 * Math.PI);
      }
      context.fill();
    }
  };

  const cursor = (context, series) => {
    if (view.drag && Math.abs(view.drag.now - view.drag.start) > 3) {
      context.fillStyle = drawing.color("band");
      context.fillRect(view.drag.start, MARGIN.top, view.drag.now - view.drag.start, scale.inner.height);
    }
    const i = view.cursor;
    if (i < view.from || i >= view.to) return;
    context.strokeStyle = drawing.color("faint");
    context.lineWidth = 1;
    context.setLineDash([2, 3]);
    drawing.line(context, scale.x(i), MARGIN.top, scale.x(i), scale.height - MARGIN.bottom);
    context.setLineDash([]);
    if (!Number.isFinite(series[i])) return;
    context.fillStyle = drawing.color("paper");
    dot(context, scale.x(i), scale.y(series[i]), 5);
    context.fillStyle = drawing.color("series");
    dot(context, scale.x(i), scale.y(series[i]), 3.5);
  };

  const redraw = drawing.keepDrawn(canvas, draw);

  const describe = async (i) => {
    if (i < 0 || !scale) { box.hidden = true; return; }
    const series = shown();
    const commit = await tailgate.commit(place[i]);
    if (view.cursor !== i) return;
    const source = Array.isArray(data.source) ? data.source[i] : data.source;
    const hasInterval = isJudged() && Number.isFinite(low[i]);
    const lines = [
      ["b", drawing.quantity(series[i], data.unit)],
      ["div", hasInterval ? `${drawing.quantity(low[i], data.unit)} to ${drawing.quantity(high[i], data.unit)}` : ""],
      ["div", commit ? `${commit[0].slice(0, 10)} ${commit[1]}` : ""],
      ["faint", [drawing.day(date[i]), commit?.[2]].filter(Boolean).join(" · ")],
      ["faint", `${source}${processes[i] ? `, ${processes[i]} processes` : ""}`],
      ...data.changes.filter((change) => change.at === i).map((change) => ["div", `${change.worse ? "▼ got worse" : "▲ got better"}: ${change.text}`]),
      ...data.marks.filter((mark) => mark.at === i).map((mark) => ["div", `${mark.kind} changed: ${mark.text}`]),
      ...(data.pinned?.at === i ? [["div", "pinned baseline"]] : []),
    ];
    drawing.tip(box, lines, scale.x(i), Number.isFinite(series[i]) ? scale.y(series[i]) : scale.height / 2);
    live.textContent = lines.map(([, text]) => text).filter(Boolean).join("; ");
  };

  const moveTo = (i) => {
    view.cursor = i;
    describe(i);
    redraw();
  };
  const zoomTo = (from, to) => {
    const span = Math.min(Math.max(Math.round(to - from), SMALLEST), count);
    view.from = Math.min(Math.max(Math.round(from), 0), count - span);
    view.to = view.from + span;
    panel.dataset.view = `${view.from}-${view.to}`;
    box.hidden = true;
    redraw();
  };
  const zoomBy = (factor, centre) => {
    const at = centre ?? (view.cursor >= view.from && view.cursor < view.to ? view.cursor : (view.from + view.to) / 2);
    const span = (view.to - view.from) * factor;
    zoomTo(at - span * ((at - view.from) / (view.to - view.from)), at + span * ((view.to - at) / (view.to - view.from)));
  };
  const pan = (share) => zoomTo(view.from + (view.to - view.from) * share, view.to + (view.to - view.from) * share);
  const zoom = { in: () => zoomBy(0.5), out: () => zoomBy(2), left: () => pan(-0.4), right: () => pan(0.4), all: () => zoomTo(0, count) };
  zoomTo(0, count);

  panel.querySelectorAll("[data-zoom]").forEach((button) => button.addEventListener("click", zoom[button.dataset.zoom]));
  panel.querySelectorAll(".switch input").forEach((input) => input.addEventListener("change", () => { box.hidden = true; redraw(); }));

  const indexAt = (event) => {
    const position = event.clientX - canvas.getBoundingClientRect().left;
    return Math.min(Math.max(Math.floor(view.from + ((position - MARGIN.left) / scale.inner.width) * scale.span), view.from), view.to - 1);
  };
  plot.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" || event.button !== 0 || !scale) return;
    const start = event.clientX - canvas.getBoundingClientRect().left;
    view.drag = { start, now: start, from: indexAt(event) };
    plot.setPointerCapture(event.pointerId);
  });
  plot.addEventListener("pointermove", (event) => {
    if (!scale) return;
    if (view.drag) view.drag.now = event.clientX - canvas.getBoundingClientRect().left;
    moveTo(indexAt(event));
  });
  plot.addEventListener("pointerup", (event) => {
    const drag = view.drag;
    view.drag = null;
    if (!drag || Math.abs(drag.now - drag.start) < 6) return;
    const to = indexAt(event);
    zoomTo(Math.min(drag.from, to), Math.max(drag.from, to) + 1);
  });
  plot.addEventListener("pointerleave", () => { if (!view.drag && document.activeElement !== plot) moveTo(-1); });
  plot.addEventListener("dblclick", zoom.all);
  plot.addEventListener("wheel", (event) => {
    // With the control key only, as maps do: a page must still scroll.
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoomBy(event.deltaY < 0 ? 0.7 : 1 / 0.7, indexAt(event));
  }, { passive: false });

  const step = (by) => {
    const start = view.cursor < view.from || view.cursor >= view.to ? (by < 0 ? view.to : view.from - 1) : view.cursor;
    const to = Math.min(Math.max(start + by, 0), count - 1);
    if (to < view.from) zoomTo(to, to + view.to - view.from);
    if (to >= view.to) zoomTo(to + 1 - (view.to - view.from), to + 1);
    moveTo(to);
  };
  const open = async () => {
    const commit = view.cursor < 0 ? null : await tailgate.commit(place[view.cursor]);
    if (commit && data.url) window.open(data.url + encodeURIComponent(commit[0]), "_blank", "noopener");
  };
  plot.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const by = event.shiftKey ? 10 : 1;
    const actions = {
      ArrowLeft: () => step(-by), ArrowRight: () => step(by), Home: () => { zoomTo(0, view.to - view.from); moveTo(view.from); },
      End: () => { zoomTo(count - (view.to - view.from), count); moveTo(count - 1); },
      "+": zoom.in, "=": zoom.in, "-": zoom.out, 0: zoom.all, Enter: open, Escape: () => moveTo(-1),
    };
    if (!actions[event.key]) return;
    event.preventDefault();
    actions[event.key]();
  });
  plot.addEventListener("blur", () => moveTo(-1));
})();
