// Applies the appearance chosen on this device before anything is painted; `Appearance` in the app keeps it up to date.
(function () {
  try {
    var root = document.documentElement;
    var theme = localStorage.getItem('lakescope.theme');
    if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
    if (localStorage.getItem('lakescope.density') === 'compact') root.dataset.density = 'compact';
  } catch (storageIsForbidden) {
    // The system's theme applies.
  }
})();
