import { type Screen, sells } from "../screen";
import Certificates from "./Certificates.svelte";

export const certificates: Screen = {
  path: "giay-chung-nhan",
  title: "console-certificates",
  icon: "star",
  bar: false,
  concerns: sells,
  scope: "dossiers",
  component: Certificates,
};
