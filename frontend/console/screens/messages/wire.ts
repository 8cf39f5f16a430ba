// What a person is told, and how, as the API tells of it.

export const SUBJECTS = ["orders", "money", "reminders"] as const;
export type Subject = (typeof SUBJECTS)[number];
export const CHANNELS = ["push", "sms", "zalo", "email"] as const;
export type Channel = (typeof CHANNELS)[number];

export interface Message {
  id: string;
  about: Subject;
  text: string;
  link: string | null;
  at: string;
  read_at: string | null;
}

export interface Choices {
  language: "vi" | "en";
  channels: Record<Subject, Channel[]>;
  email: { address: string; confirmed: boolean } | null;
  push_subscriptions: number;
}
