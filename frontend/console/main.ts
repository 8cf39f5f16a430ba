import "./styles.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { openDatabase } from "./database";
import { Desk } from "./desk.svelte";
import { apply } from "./preferences";

apply();
const desk = openDatabase().then((db) => new Desk(db));
void desk.then((desk) => {
  const target = document.getElementById("ban-lam-viec");
  if (target) mount(App, { target, props: { desk } });
  void desk.start();
});
// Without it (an old browser, an address that is not https) the console works like any page: with signal.
void navigator.serviceWorker?.register("/app/sw.js").catch(() => undefined);
