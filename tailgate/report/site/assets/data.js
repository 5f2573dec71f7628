// Data of a page: columns packed as base64, and scripts that are loaded when somebody asks (file:// has no fetch()).
"use strict";
const tailgate = (() => {
  const bytes = (text) => {
    const raw = atob(text);
    const array = new Uint8Array(raw.length);
    for (let i = 0; i < raw.length; i += 1) array[i] = raw.charCodeAt(i);
    return array;
  };
  const root = document.body.dataset.root;
  const waiting = new Map();
  const known = new Map();
  // Called by each data script with its own name.
  const loaded = ([key, value]) => {
    known.set(key, value);
    for (const resolve of waiting.get(key)?.resolve ?? []) resolve(value);
    waiting.delete(key);
  };
  // Resolves to the content of data/<key>.js; to null where it cannot be read.
  const load = (key) => {
    if (known.has(key)) return Promise.resolve(known.get(key));
    return new Promise((resolve) => {
      if (waiting.has(key)) { waiting.get(key).resolve.push(resolve); return; }
      waiting.set(key, { resolve: [resolve] });
      const script = document.createElement("script");
      script.src = `${root}data/${key}.js`;
      script.addEventListener("error", () => loaded([key, null]));
      document.head.append(script);
    });
  };
  const CHUNK = 1000;
  // What is known of the commit at a place of the history: [name, subject, author].
  const commit = async (place) => (await load(`commits-${Math.floor(place / CHUNK)}`))?.[place % CHUNK] ?? null;
  const page = (element) => JSON.parse(element.querySelector(".chart-data").textContent);
  return {
    loaded, load, commit, page,
    floats: (text) => new Float32Array(bytes(text).buffer),
    integers: (text) => new Uint32Array(bytes(text).buffer),
    signedBytes: (text) => new Int8Array(bytes(text).buffer),
  };
})();
