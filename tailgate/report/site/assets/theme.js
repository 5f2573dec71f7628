// Colours: as the system has them, light or dark. Runs before anything is painted, so that nothing flashes.
"use strict";
(() => {
  const KEY = "tailgate-theme";
  const NAMES = { "": "as the system has them", light: "light", dark: "dark" };
  const ORDER = ["", "light", "dark"];
  // Storage may be forbidden to files; then the choice holds for this page.
  const read = () => { try { return localStorage.getItem(KEY) || ""; } catch { return ""; } };
  const keep = (value) => { try { localStorage.setItem(KEY, value); } catch { /* see above */ } };
  let theme = ORDER.includes(read()) ? read() : "";
  const apply = () => {
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
  };
  apply();
  document.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    button.hidden = false;
    const label = () => {
      button.setAttribute("aria-label", `Colours: ${NAMES[theme]}`);
      button.title = `Colours: ${NAMES[theme]}`;
      button.textContent = { "": "◐", light: "○", dark: "●" }[theme];
    };
    label();
    button.addEventListener("click", () => {
      theme = ORDER[(ORDER.indexOf(theme) + 1) % ORDER.length];
      keep(theme);
      apply();
      label();
      document.dispatchEvent(new Event("themechange"));
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => document.dispatchEvent(new Event("themechange")));
  });
})();
