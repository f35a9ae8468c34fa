// The one button of the report that needs a script.

document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
