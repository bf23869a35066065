/**
 * The only script of `/.local`; everything there works without it. It counts down to the token's end and brings the parts
 * that change up to date, unless somebody is in them or has switched that off.
 */
export const localScript = `'use strict';
(() => {
  const every = (selector, act) => document.querySelectorAll(selector).forEach(act);
  const span = (seconds) => {
    const two = (number) => String(number).padStart(2, '0');
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
    return (hours > 0 ? hours + ':' + two(minutes) : minutes) + ':' + two(seconds % 60);
  };
  const tick = () => every('time[data-until]', (time) => {
    const left = Math.round((Date.parse(time.dateTime) - Date.now()) / 1000);
    time.textContent = left >= 0 ? 'in ' + span(left) : span(-left) + ' ago';
  });
  const busy = (part) => part.contains(document.activeElement) || (getSelection()?.containsNode(part, true) && !getSelection().isCollapsed);
  const update = async () => {
    const wanted = document.querySelector('#live');
    if (document.hidden || !wanted || !wanted.checked) return;
    const answer = await fetch('/.local' + location.search, { headers: { accept: 'text/html' } }).catch(() => undefined);
    if (!answer || !answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    every('[data-live]', (part) => {
      const next = fresh.getElementById(part.id);
      if (next && !busy(part) && next.innerHTML !== part.dataset.seen) {
        part.dataset.seen = next.innerHTML;
        part.replaceChildren(...next.childNodes);
      }
    });
    tick();
  };
  every('[data-scripted]', (part) => { part.hidden = false; });
  tick();
  setInterval(tick, 1000);
  setInterval(() => void update(), 3000);
})();
`;
