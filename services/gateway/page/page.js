"use strict";
(() => {
  const video = document.querySelector("video");
  const strip = document.getElementById("strip");
  const playhead = strip.querySelector(".playhead");
  const tiles = [...document.querySelectorAll(".sheet a")];
  const length = Number(strip.dataset.seconds);

  // A hair after the cut, so that rounding never shows the frame before it.
  const seek = (seconds) => {
    video.currentTime = Math.min(seconds + 0.001, length);
    show();
  };

  const show = () => {
    const now = video.currentTime;
    playhead.hidden = now === 0 && video.paused;
    playhead.style.left = `${(100 * Math.min(1, now / length)).toFixed(3)}%`;
    for (const tile of tiles) {
      const { seconds, end } = tile.dataset;
      tile.parentElement.classList.toggle("now", !playhead.hidden && seconds <= now && now < end);
    }
  };

  const follow = () => {
    show();
    if (!video.paused && !video.ended) requestAnimationFrame(follow);
  };

  video.addEventListener("play", follow);
  video.addEventListener("seeked", show);
  video.addEventListener("timeupdate", show);

  // Links carry the time for readers without scripts; here they move the film on this page.
  for (const link of document.querySelectorAll("a[data-seconds]")) {
    link.addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      event.stopPropagation();
      seek(Number(link.dataset.seconds));
      if (!link.classList.contains("cut")) video.scrollIntoView({ block: "nearest" });
    });
  }
  strip.addEventListener("click", (event) => {
    const box = strip.getBoundingClientRect();
    seek(Math.max(0, ((event.clientX - box.left) / box.width) * length));
  });

  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  strip.append(tip);
  const hide = () => { tip.hidden = true; };
  for (const cut of strip.querySelectorAll(".cut")) {
    const said = cut.title;
    cut.removeAttribute("title");
    const tell = () => {
      tip.textContent = said;
      tip.hidden = false;
      const half = tip.offsetWidth / 2;
      const at = cut.offsetLeft + cut.offsetWidth / 2;
      tip.style.left = `${Math.min(Math.max(at, half), strip.clientWidth - half)}px`;
    };
    cut.addEventListener("pointerenter", tell);
    cut.addEventListener("focus", tell);
    cut.addEventListener("pointerleave", hide);
    cut.addEventListener("blur", hide);
  }
})();
