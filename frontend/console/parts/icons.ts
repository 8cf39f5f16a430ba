// One 24-unit grid, one round stroke, the colour of the text beside them: the pages' icons, as paths.
export const icons = {
  check: "m5 12.5 4.5 4.5L19 7.5",
  alert: "M12 4 2.8 20h18.4ZM12 10v4.5M12 17.2v.1",
  info: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 11v5.5M12 7.5v.1",
  person: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM4.5 20.5c.6-4.6 3.4-7 7.5-7s6.9 2.4 7.5 7",
  market: "M3.5 10 5 4.5h14l1.5 5.5M3.5 10c0 3.2 4.25 3.2 4.25 0 0 3.2 4.25 3.2 4.25 0 0 3.2 4.25 3.2 4.25 0 0 3.2 4.25 3.2 4.25 0M5.5 13v7.5h13V13M10 20.5V16h4v4.5",
  book: "M5 4.5h10.5a2 2 0 0 1 2 2v13H7a2 2 0 0 1-2-2ZM5 17.5a2 2 0 0 1 2-2h10.5M8.5 8.5h5.5M8.5 11.5h5.5",
  send: "M20.5 3.5 3.5 10.5l6.5 3.5 3.5 6.5ZM10 14l4.5-4.5",
  waiting: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 7.5V12l3 2",
  hand: "M8.3 3h7.4L21 8.3v7.4L15.7 21H8.3L3 15.7V8.3ZM9.5 8.5v7M14.5 8.5v7",
  key: "M8 11a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM11 12.5 20 4M16.5 7.5l3 3",
  online: "M4 10a12 12 0 0 1 16 0M7 13.5a7.5 7.5 0 0 1 10 0M10 17a3 3 0 0 1 4 0",
  offline: "M4 10a12 12 0 0 1 6-2.8M14.5 7.3A12 12 0 0 1 20 10M7 13.5a7.5 7.5 0 0 1 3.5-1.8M10 17a3 3 0 0 1 4 0M4 4l16 16",
  sound: "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5ZM15.5 9a4.5 4.5 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11",
  mute: "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5ZM16 9.5l5 5M21 9.5l-5 5",
  erase: "M9 5.5h11.5v13H9L3.5 12ZM12.5 9.5l5 5M17.5 9.5l-5 5",
  arrow: "M5 12h14M13 6l6 6-6 6",
} as const;

export type IconName = keyof typeof icons;
