// Two commits side by side: every benchmark's values at both, whether they differ for certain, and by enough to matter.
"use strict";
(() => {
  const panel = document.querySelector('[data-chart="compare"]');
  if (!panel) return;
  const data = tailgate.page(panel);
  const field = (name) => panel.querySelector(`[name="${name}"]`);
  const table = panel.querySelector("table");
  const note = panel.querySelector("[data-note]");
  const hashes = [];

  const find = (text) => {
    const wanted = text.trim().toLowerCase().split(/\s/)[0];
    if (wanted.length < 4) return [];
    const found = [];
    for (let i = 0; i < hashes.length; i += 1) if (hashes[i].startsWith(wanted) || wanted.startsWith(hashes[i])) found.push(i);
    return found;
  };
  const tileOf = async (machine, place) => {
    const loaded = await tailgate.load(`${machine.values}-${Math.floor(place / data.tile)}`);
    if (!loaded) return () => [NaN, NaN, NaN];
    const [value, low, high] = ["value", "low", "high"].map((name) => tailgate.floats(loaded[name]));
    return (row) => { const i = row * data.tile + (place % data.tile); return [value[i], low[i], high[i]]; };
  };
  // Abramowitz and Stegun 7.1.26: good to seven digits, which is more than an interval promises.
  const tailOf = (z) => {
    const x = Math.abs(z) / Math.SQRT2;
    const t = 1 / (1 + 0.3275911 * x);
    return ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t * Math.exp(-x * x);
  };
  const errorOf = ([value, low, high]) => (low > 0 && high >= low && value > 0 ? (Math.log(high) - Math.log(low)) / (2 * 1.96) : NaN);
  // Holm: the chance of any false "certain" among all rows is at most 5 %.
  const markCertain = (rows) => {
    const tested = rows.filter((row) => Number.isFinite(row.p)).sort((a, b) => a.p - b.p);
    for (const [rank, row] of tested.entries()) {
      if (row.p > 0.05 / (tested.length - rank)) break;
      row.isCertain = true;
    }
  };
  const cell = (text, value, kind) => {
    const element = document.createElement("td");
    if (kind) element.className = kind;
    if (value !== null) element.dataset.value = Number.isFinite(value) ? value : "";
    element.textContent = text;
    return element;
  };
  const rowOf = (row) => {
    const element = document.createElement("tr");
    const name = document.createElement("td");
    name.className = "name";
    const link = document.createElement("a");
    link.href = row.benchmark.file;
    const label = document.createElement("bdi");
    label.textContent = row.benchmark.label;
    link.append(label);
    name.append(link);
    const isRelevant = Math.abs(Math.log(row.ratio)) >= Math.log(1 + Number(field("margin").value) / 100);
    const direction = !(row.isCertain && isRelevant) ? "" : row.ratio > 1 ? "worse" : "better";
    const word = Number.isNaN(row.p) ? "unknown: no interval" : row.isCertain ? "yes" : "no";
    element.append(
      name,
      cell(drawing.quantity(row.before[0], row.benchmark.unit), row.before[0], "figure"),
      cell(drawing.quantity(row.after[0], row.benchmark.unit), row.after[0], "figure"),
      cell(drawing.change(row.ratio), row.ratio, `figure ${direction}`),
      cell(word, row.isCertain ? 0 : 1, ""),
      cell(isRelevant ? "yes" : "no", isRelevant ? 0 : 1, ""),
      cell(direction ? `${direction === "worse" ? "▼" : "▲"} ${direction}` : "", direction === "worse" ? 0 : direction ? 1 : 2, direction),
    );
    element.dataset.direction = direction;
    return element;
  };

  let turn = 0;
  const show = async () => {
    const mine = (turn += 1);
    const [a, b] = ["a", "b"].map((name) => find(field(name).value));
    const machine = data.machines[field("machine").value];
    const trouble = [["a", a], ["b", b]].filter(([name, found]) => found.length !== 1 && field(name).value)
      .map(([name, found]) => `${field(name).value.split(" ")[0]}: ${found.length ? "several commits begin so" : "no such commit here"}`);
    if (a.length !== 1 || b.length !== 1 || !machine) {
      note.textContent = trouble.join("; ") || "Choose two commits.";
      table.tBodies[0].replaceChildren();
      return;
    }
    const [before, after, ...commits] = await Promise.all([tileOf(machine, a[0]), tileOf(machine, b[0]), tailgate.commit(a[0]), tailgate.commit(b[0])]);
    if (mine !== turn) return;
    const rows = machine.benchmarks.map((benchmark, i) => {
      const [left, right] = [before(i), after(i)];
      const spread = Math.hypot(errorOf(left), errorOf(right));
      const ratio = right[0] / left[0];
      return { benchmark, before: left, after: right, ratio, isCertain: false, p: spread > 0 && ratio > 0 ? tailOf(Math.log(ratio) / spread) : NaN };
    }).filter((row) => Number.isFinite(row.ratio));
    markCertain(rows);
    rows.sort((x, y) => y.ratio - x.ratio);
    const only = field("relevant").checked;
    const made = rows.map(rowOf).filter((element) => !only || element.dataset.direction);
    table.tBodies[0].replaceChildren(...made);
    for (const head of table.tHead.rows[0].cells) head.removeAttribute("aria-sort");
    table.dispatchEvent(new Event("rowschange"));
    const counts = (direction) => made.filter((element) => element.dataset.direction === direction).length;
    note.textContent = rows.length
      ? `${commits[0]?.[0].slice(0, 10)} ${commits[0]?.[1] ?? ""} → ${commits[1]?.[0].slice(0, 10)} ${commits[1]?.[1] ?? ""}: ${rows.length} benchmarks at both, ${counts("worse")} worse, ${counts("better")} better.`
      : "No benchmark was measured at both commits on this machine.";
    const parameters = new URLSearchParams({ a: hashes[a[0]], b: hashes[b[0]], machine: field("machine").value });
    history.replaceState(null, "", `#${parameters}`);
  };

  const start = async () => {
    hashes.push(...((await tailgate.load("hashes")) ?? "").split(" ").filter(Boolean));
    const given = new URLSearchParams(location.hash.slice(1));
    const short = (name, otherwise) => (given.get(name) ?? otherwise ?? "").slice(0, 12);
    field("a").value = short("a", data.suggested[0]);
    field("b").value = short("b", data.suggested[1]);
    if (data.machines[given.get("machine")]) field("machine").value = given.get("machine");
    await show();
    panel.dataset.ready = "yes";
  };
  for (const name of ["a", "b", "machine", "margin", "relevant"]) field(name).addEventListener("change", show);
  panel.querySelector("[data-swap]").addEventListener("click", () => {
    [field("a").value, field("b").value] = [field("b").value, field("a").value];
    show();
  });
  start();
})();
