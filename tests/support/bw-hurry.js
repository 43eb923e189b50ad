// Loaded into the real bw by NODE_OPTIONS: takes two idle seconds out of each of its calls, and changes nothing that it does.

// When all is said, bw still waits until what it keeps in memory has been unused for a second, twice.
const every = global.setInterval;
global.setInterval = (...args) => every(...args).unref();

// Its parts wait for one another, a tenth of a second and more each time, for the lock of bw's own file.
const Module = require("module");
const load = Module._load;
Module._load = function (name, ...rest) {
  const loaded = load.call(this, name, ...rest);
  if (name !== "proper-lockfile") return loaded;
  const lock = (file, options) => loaded.lock(file, { ...options, retries: { retries: 5000, minTimeout: 1, maxTimeout: 2 } });
  return { ...loaded, lock };
};
