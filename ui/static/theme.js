// Chooses light or dark before the first paint: the person's own choice, else what the system says.
(() => {
  "use strict";
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const choose = () => {
    if (root.dataset.theme === "auto") root.dataset.bsTheme = system.matches ? "dark" : "light";
  };
  choose();
  system.addEventListener("change", choose);
  // Paper is always light.
  addEventListener("beforeprint", () => { root.dataset.bsTheme = "light"; });
  addEventListener("afterprint", () => { root.dataset.bsTheme = root.dataset.theme === "dark" ? "dark" : "light"; choose(); });
})();
