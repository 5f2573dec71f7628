// Words beside a filter: a click, or a link from another page (#word), filters by it.
"use strict";
(() => {
  for (const words of document.querySelectorAll("[data-words]")) {
    const input = document.getElementById(words.dataset.words);
    const apply = () => {
      let word = "";
      // What follows the # is anybody's: it may be no escape sequence at all.
      try { word = decodeURIComponent(location.hash.slice(1)); } catch { return; }
      if (!word) return;
      input.value = word;
      input.dispatchEvent(new Event("input"));
    };
    window.addEventListener("hashchange", apply);
    words.addEventListener("click", () => setTimeout(apply));
    apply();
  }
})();
