// What the theme leaves out for those who use a keyboard or hear the page: names, and focus on what scrolls.
addEventListener("load", () => {
  document.querySelector(".md-search")?.setAttribute("aria-label", "Search");
  document.querySelectorAll("pre > code, .md-typeset__scrollwrap").forEach((part) => { part.tabIndex = 0; });
  document.querySelectorAll(".md-code__nav").forEach((part, n) => part.setAttribute("aria-label", `Code ${n + 1}`));
});
