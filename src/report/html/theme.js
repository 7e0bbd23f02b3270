// Light or dark: what the system asks for, until the reader chooses. Canvases redraw on a change.
const root = document.documentElement;
const systemDark = matchMedia("(prefers-color-scheme: dark)");
const repaints = [];

function repaintAll() {
  for (const repaint of repaints) repaint();
}

function storedTheme() {
  try {
    return localStorage.getItem("carica-theme");
  } catch {
    return null;  // files may have no storage
  }
}

function setTheme(theme) {
  root.dataset.theme = theme;
  repaintAll();
}

function chooseTheme(theme) {
  try {
    localStorage.setItem("carica-theme", theme);
  } catch {
    // The choice lasts as long as the page.
  }
  setTheme(theme);
}

setTheme(storedTheme() ?? (systemDark.matches ? "dark" : "light"));
systemDark.addEventListener("change", () => {
  if (!storedTheme()) setTheme(systemDark.matches ? "dark" : "light");
});

// Paper is white whatever the screen is.
let screenTheme = null;
addEventListener("beforeprint", () => {
  screenTheme = root.dataset.theme;
  setTheme("light");
});
addEventListener("afterprint", () => setTheme(screenTheme ?? root.dataset.theme));
