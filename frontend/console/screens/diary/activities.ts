// What can be done on a plot: the words of the API, in the order of a season.
import { t } from "../../words";

export const ACTIVITIES = ["sowing", "fertilising", "spraying", "watering", "weeding", "harvest", "processing", "packing"] as const;

export function activityText(code: string): string {
  return t(`console-activity-${code}`);
}
