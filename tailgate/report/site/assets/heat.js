// The heat map: a row a benchmark, a column a commit or several. Coarse cells are in the page, fine ones come in tiles.
"use strict";
(() => {
  const panel = document.querySelector('[data-chart="heat"]');
  if (!panel) return;
  const plot = panel.querySelector(".plot");
  const canvas = plot.querySelector("canvas");
  const box = plot.querySelector(".tip");
  const live = panel.querySelector(".quiet-live");
  const list = panel.querySelector("ol");
  const data = tailgate.page(panel);
  const cells = tailgate.signedBytes(data.cells);
  const dates = tailgate.integers(data.dates);
  const references = tailgate.floats(data.references);
  const ROW = 18;
  const AXIS = 26;
  const NONE = -128;
  const STEP = 0.005;
  const DETAIL = 4 * data.tile;
  const view = { from: 0, to: data.commits, row: -1, column: -1, tiles: new Map() };
  const items = [...list.children];
  const rows = () => items.map((item, index) => (item.hidden ? -1 : index)).filter((index) => index >= 0);
  const isAgainstBefore = () => panel.querySelector('input[name="against"]:checked')?.value === "before";

  // The cells that are in view: for each column its first commit and how many, and the log ratios of each row.
  const coarse = () => {
    const first = Math.floor(view.from / data.width);
    const last = Math.min(Math.ceil(view.to / data.width), data.columns);
    return { count: last - first, start: (c) => (first + c) * data.width, size: data.width,
      at: (r, c) => { const cell = cells[r * data.columns + first + c]; return cell === NONE ? NaN : cell * STEP; } };
  };
  const fine = () => ({ count: view.to - view.from, start: (c) => view.from + c, size: 1,
    at: (r, c) => {
      const commit = view.from + c;
      const tile = view.tiles.get(Math.floor(commit / data.tile));
      return tile ? Math.log(tile[r * data.tile + (commit % data.tile)] / references[r]) : NaN;
    } });
  const isFine = () => data.width > 1 && view.to - view.from <= DETAIL;
  const source = () => (isFine() ? fine() : coarse());

  const fetchTiles = async () => {
    if (!isFine()) return;
    const wanted = [];
    for (let tile = Math.floor(view.from / data.tile); tile * data.tile < view.to; tile += 1) {
      if (!view.tiles.has(tile)) wanted.push(tile);
    }
    await Promise.all(wanted.map(async (tile) => {
      const loaded = await tailgate.load(`${data.values}-${tile}`);
      view.tiles.set(tile, loaded ? tailgate.floats(loaded.value) : null);
    }));
    if (wanted.length) redraw();
  };

  // Against the five columns before it, or against the row's reference.
  const reading = (cellsInView, r, c, isBefore) => {
    const value = cellsInView.at(r, c);
    if (!isBefore) return value;
    const before = [];
    for (let i = c - 1; i >= 0 && i >= c - 12 && before.length < 5; i -= 1) {
      const earlier = cellsInView.at(r, i);
      if (!Number.isNaN(earlier)) before.push(earlier);
    }
    if (!before.length) return Number.isNaN(value) ? NaN : 0;
    return value - before.sort((a, b) => a - b)[before.length >> 1];
  };

  const mix = (a, b, share) => a.map((part, i) => Math.round(part + (b[i] - part) * share));
  const rgb = (name) => {
    const hex = drawing.color(name).slice(1);
    return [0, 2, 4].map((i) => parseInt(hex.slice(i, i + 2), 16));
  };
  // 2 % is not seen yet, so that noise does not speckle the map; 30 % is full.
  const strength = (log) => Math.min(1, Math.max(Math.abs(log) - 0.02, 0) / 0.24) ** 0.7;
  const SHADES = 60;
  // A colour for every step from -30 % to +30 %, as the bytes of a pixel.
  const shadesOfTheme = () => {
    const [middle, worse, better] = ["none", "regressed", "series"].map(rgb);
    const bytes = new Uint8ClampedArray(4 * (2 * SHADES + 1));
    for (let key = -SHADES; key <= SHADES; key += 1) {
      bytes.set([...mix(middle, key > 0 ? worse : better, strength(key * STEP)), 255], 4 * (key + SHADES));
    }
    return new Uint32Array(bytes.buffer);
  };
  const shadeOf = (log) => SHADES + Math.max(-SHADES, Math.min(SHADES, Math.round(log / STEP)));

  // The cells in view as a picture of one pixel a cell, painted once and stretched over the plot: a hundred thousand
  // rectangles take a second. Where a pixel of the screen holds several cells it is the one that stands out most.
  const picture = document.createElement("canvas");
  let painted = "";
  const paint = (visible, now, most) => {
    const shades = shadesOfTheme();
    const isBefore = isAgainstBefore();
    const asked = [view.from, view.to, view.tiles.size, isFine(), isBefore, most, shades[0], shades[SHADES], visible].join();
    if (asked === painted) return;
    painted = asked;
    const width = Math.max(Math.min(now.count, most), 1);
    picture.width = width;
    picture.height = Math.max(visible.length, 1);
    const context = picture.getContext("2d");
    const image = context.createImageData(width, picture.height);
    const pixels = new Uint32Array(image.data.buffer);
    const strongest = new Float32Array(width);
    visible.forEach((r, place) => {
      strongest.fill(-1);
      for (let c = 0; c < now.count; c += 1) {
        const log = reading(now, r, c, isBefore);
        const x = Math.floor((c * width) / now.count);
        if (Number.isNaN(log) || Math.abs(log) <= strongest[x]) continue;
        strongest[x] = Math.abs(log);
        pixels[place * width + x] = shades[shadeOf(log)];
      }
    });
    context.putImageData(image, 0, 0);
  };

  let scale = null;
  const draw = (context, width, height) => {
    const visible = rows();
    const now = source();
    const cell = width / Math.max(now.count, 1);
    scale = { visible, now, cell, width };
    paint(visible, now, Math.round(width * (window.devicePixelRatio || 1)));
    context.imageSmoothingEnabled = false;
    context.drawImage(picture, 0, 0, width, visible.length * ROW);
    for (let place = 0; place <= visible.length; place += 1) context.clearRect(0, place * ROW - 1, width, 2);
    for (let c = 1; cell > 5 && c < now.count; c += 1) context.clearRect(c * cell - 1, 0, 1, visible.length * ROW);
    const place = visible.indexOf(view.row);
    if (place >= 0 && view.column >= 0 && view.column < now.count) {
      context.strokeStyle = drawing.color("ink");
      context.lineWidth = 1.5;
      context.strokeRect(view.column * cell - 0.5, place * ROW + 0.5, Math.max(cell, 2) + 1, ROW - 1);
    }
    context.fillStyle = drawing.color("faint");
    context.textBaseline = "middle";
    // Each day once, where its first commit stands, as many as fit.
    let free = 0;
    let written = "";
    for (let c = 0; c < now.count; c += 1) {
      const commit = Math.min(now.start(c), data.commits - 1);
      const text = drawing.day(dates[Math.floor(commit / data.width)] ?? 0);
      const left = c * cell + 2;
      if (text === written || left < free) continue;
      const wide = context.measureText(text).width;
      if (left + wide > width) break;
      context.fillText(text, left, height - AXIS / 2);
      written = text;
      free = left + wide + 30;
    }
  };
  // A style set by script is no style in the page: the policy of the page allows it.
  const fit = () => { canvas.style.height = `${rows().length * ROW + AXIS}px`; };
  fit();
  const redraw = drawing.keepDrawn(canvas, draw);
  const resize = () => { fit(); redraw(); };

  const describe = async () => {
    const { row, column } = view;
    if (row < 0 || column < 0) { box.hidden = true; return; }
    const now = scale.now;
    const first = now.start(column);
    const commit = await tailgate.commit(first);
    if (view.row !== row || view.column !== column) return;
    const ratio = Math.exp(reading(now, row, column, isAgainstBefore()));
    const size = Math.min(now.size, data.commits - first);
    const lines = [
      ["b", Number.isNaN(ratio) ? "not measured" : drawing.change(ratio)],
      ["div", items[row].textContent.trim()],
      ["div", commit ? `${commit[0].slice(0, 10)} ${commit[1]}` : ""],
      ["faint", size > 1 ? `median of ${size} commits from there on` : ""],
    ];
    drawing.tip(box, lines, (column + 0.5) * scale.cell, (scale.visible.indexOf(row) + 0.5) * ROW);
    live.textContent = lines.map(([, text]) => text).filter(Boolean).join("; ");
  };
  const look = (row, column) => {
    if (view.row === row && view.column === column) return;
    view.row = row;
    view.column = column;
    describe();
    redraw();
  };
  const zoomTo = (from, to) => {
    const before = [view.from, view.to].join();
    const span = Math.min(Math.max(Math.round(to - from), Math.min(10, data.commits)), data.commits);
    view.from = Math.min(Math.max(Math.round(from), 0), data.commits - span);
    view.to = view.from + span;
    panel.dataset.view = `${view.from}-${view.to}`;
    look(-1, -1);
    if ([view.from, view.to].join() !== before) redraw();
    fetchTiles();
  };
  const zoomBy = (factor) => {
    const centre = view.column >= 0 && scale ? scale.now.start(view.column) : (view.from + view.to) / 2;
    const span = (view.to - view.from) * factor;
    zoomTo(centre - span / 2, centre + span / 2);
  };
  const pan = (share) => zoomTo(view.from + (view.to - view.from) * share, view.to + (view.to - view.from) * share);
  const zoom = { in: () => zoomBy(0.5), out: () => zoomBy(2), left: () => pan(-0.4), right: () => pan(0.4), all: () => zoomTo(0, data.commits) };
  panel.querySelectorAll("[data-zoom]").forEach((button) => button.addEventListener("click", zoom[button.dataset.zoom]));
  panel.querySelectorAll(".switch input").forEach((input) => input.addEventListener("change", redraw));
  panel.querySelector('input[type="search"]').addEventListener("input", resize);

  const cellAt = (event) => {
    const bounds = canvas.getBoundingClientRect();
    const row = scale.visible[Math.floor((event.clientY - bounds.top) / ROW)] ?? -1;
    const column = Math.floor((event.clientX - bounds.left) / scale.cell);
    return row < 0 || column < 0 || column >= scale.now.count ? [-1, -1] : [row, column];
  };
  plot.addEventListener("pointermove", (event) => { if (scale) look(...cellAt(event)); });
  plot.addEventListener("pointerleave", () => { if (document.activeElement !== plot) look(-1, -1); });
  const go = () => { if (view.row >= 0) items[view.row].querySelector("a").click(); };
  plot.addEventListener("click", (event) => { look(...cellAt(event)); go(); });
  plot.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || !scale) return;
    const place = Math.max(scale.visible.indexOf(view.row), 0);
    const column = Math.max(view.column, 0);
    const rowAt = (at) => scale.visible[Math.min(Math.max(at, 0), scale.visible.length - 1)] ?? -1;
    const actions = {
      ArrowLeft: () => look(rowAt(place), Math.max(column - 1, 0)), ArrowRight: () => look(rowAt(place), Math.min(column + 1, scale.now.count - 1)),
      ArrowUp: () => look(rowAt(place - 1), column), ArrowDown: () => look(rowAt(place + 1), column),
      "+": zoom.in, "=": zoom.in, "-": zoom.out, 0: zoom.all, Enter: go, Escape: () => look(-1, -1),
    };
    if (!actions[event.key]) return;
    event.preventDefault();
    actions[event.key]();
  });

  const bar = panel.querySelector(".scale canvas");
  drawing.keepDrawn(bar, (context, width, height) => {
    const bytes = new Uint8ClampedArray(shadesOfTheme().buffer);
    for (let x = 0; x < width; x += 1) {
      const at = 4 * shadeOf(((x / width) * 2 - 1) * 0.3);
      context.fillStyle = `rgb(${bytes.slice(at, at + 3).join(",")})`;
      context.fillRect(x, 0, 1.5, height);
    }
  });
  zoomTo(0, data.commits);
})();
