import { type Screen, holds } from "../screen";
import DossierDesk from "./DossierDesk.svelte";

export const dossierDesk: Screen = {
  path: "ban-ho-so",
  title: "console-desk",
  icon: "file",
  bar: true,
  concerns: holds("officer"),
  component: DossierDesk,
};
