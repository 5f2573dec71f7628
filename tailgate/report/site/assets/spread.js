// Percentiles in HdrHistogram's scale, 1 / (1 - p): each nine gets as much room as the one before. Both sides, both legs.
"use strict";
(() => {
  for (const panel of document.querySelectorAll('[data-chart="spread"]')) {
    const plot = panel.querySelector(".plot");
    const canvas = plot.querySelector("canvas");
    const box = plot.querySelector(".tip");
    const live = panel.querySelector(".quiet-live");
    const curves = tailgate.page(panel).map((curve) => ({
      ...curve, shares: tailgate.floats(curve.nines), values: tailgate.floats(curve.latency),
    }));
    const MARGIN = { left: 64, right: 18, top: 22, bottom: 34 };
    const LABELS = [0, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999];
    const isShown = (curve) => panel.querySelector(`input[name="leg"][value="${curve.leg}"]`)?.checked ?? true;
    const state = { at: -1 };
    let scale = null;
    const interpolate = (curve, nines) => {
      if (nines > curve.shares[curve.shares.length - 1] + 1e-6) return NaN;
      let i = curve.shares.findIndex((share) => share >= nines - 1e-6);
      if (i < 0) i = curve.shares.length - 1;
      return curve.values[i];
    };
    const draw = (context, width, height) => {
      const shown = curves.filter(isShown);
      if (!shown.length) return;
      const right = Math.max(...shown.map((curve) => curve.shares[curve.shares.length - 1]));
      const values = shown.flatMap((curve) => [...curve.values]).filter((value) => value > 0);
      const [low, high] = [Math.log10(Math.min(...values)) - 0.03, Math.log10(Math.max(...values)) + 0.05];
      const inner = { width: width - MARGIN.left - MARGIN.right, height: height - MARGIN.top - MARGIN.bottom };
      const x = (nines) => MARGIN.left + (nines / right) * inner.width;
      const y = (value) => MARGIN.top + (1 - (Math.log10(value) - low) / (high - low)) * inner.height;
      scale = { x, y, right, inner, width, height };
      context.lineWidth = 1;
      context.textAlign = "center";
      context.textBaseline = "top";
      let written = -Infinity;
      for (const share of LABELS) {
        const nines = -Math.log10(1 - share);
        if (nines > right + 0.01 || x(nines) - written < 46) continue;
        written = x(nines);
        context.strokeStyle = drawing.color("grid");
        drawing.line(context, x(nines), MARGIN.top, x(nines), height - MARGIN.bottom);
        context.fillStyle = drawing.color("faint");
        context.fillText(share === 0 ? "0 %" : `${+(share * 100).toFixed(4)} %`, Math.min(x(nines), width - 24), height - MARGIN.bottom + 8);
      }
      context.textAlign = "right";
      context.textBaseline = "middle";
      let last = Infinity;
      for (let power = Math.floor(low); power <= Math.ceil(high); power += 1) {
        for (const factor of [1, 2, 5]) {
          const tick = factor * 10 ** power;
          if (Math.log10(tick) < low || Math.log10(tick) > high || last - y(tick) < 24) continue;
          last = y(tick);
          context.strokeStyle = drawing.color("grid");
          drawing.line(context, MARGIN.left, y(tick), width - MARGIN.right, y(tick));
          context.fillStyle = drawing.color("faint");
          const [unit, size] = drawing.unitOf(tick, "ns");
          context.fillText(`${+(tick / size).toPrecision(3)} ${unit}`, MARGIN.left - 8, y(tick));
        }
      }
      for (const curve of shown) {
        context.strokeStyle = drawing.color(curve.side === "baseline" ? "series" : "regressed");
        context.lineWidth = curve.leg === "intrinsic" ? 2 : 1.25;
        context.setLineDash(curve.leg === "intrinsic" ? [] : [5, 3]);
        context.beginPath();
        curve.values.forEach((value, i) => (i ? context.lineTo(x(curve.shares[i]), y(value)) : context.moveTo(x(curve.shares[i]), y(value))));
        context.stroke();
      }
      context.setLineDash([]);
      if (state.at < 0) return;
      context.strokeStyle = drawing.color("faint");
      context.lineWidth = 1;
      drawing.line(context, x(state.at), MARGIN.top, x(state.at), height - MARGIN.bottom);
    };
    const redraw = drawing.keepDrawn(canvas, draw);
    const look = (nines) => {
      state.at = nines;
      redraw();
      if (nines < 0) { box.hidden = true; return; }
      const percent = (1 - 10 ** -nines) * 100;
      const lines = [["b", `p${+percent.toFixed(Math.min(Math.ceil(nines) + 1, 5))}`], ...curves.filter(isShown).map((curve) => [
        "div", `${curve.side}, ${curve.leg}: ${drawing.quantity(interpolate(curve, nines), "ns")}`])];
      drawing.tip(box, lines, scale.x(nines), scale.height / 2);
      live.textContent = lines.map(([, text]) => text).join("; ");
    };
    plot.addEventListener("pointermove", (event) => {
      if (!scale) return;
      const position = event.clientX - canvas.getBoundingClientRect().left - MARGIN.left;
      look(Math.min(Math.max((position / scale.inner.width) * scale.right, 0), scale.right));
    });
    plot.addEventListener("pointerleave", () => { if (document.activeElement !== plot) look(-1); });
    plot.addEventListener("blur", () => look(-1));
    plot.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: -0.05, ArrowRight: 0.05 }[event.key];
      if (!by || !scale) return;
      event.preventDefault();
      look(Math.min(Math.max((state.at < 0 ? 0 : state.at) + by, 0), scale.right));
    });
    panel.querySelectorAll('input[type="checkbox"]').forEach((input) => input.addEventListener("change", redraw));
  }
})();
