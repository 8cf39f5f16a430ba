// The screens, in the order of the bottom bar. To add one: a folder beside these whose `index.ts` describes it, and its
// name here.
import { account } from "./account";
import { acts } from "./acts";
import { batches } from "./batches";
import { certificates } from "./certificates";
import { counter } from "./counter";
import { day } from "./day";
import { delivery } from "./delivery";
import { diary } from "./diary";
import { dossierDesk } from "./dossier-desk";
import { dossiers } from "./dossiers";
import { helper } from "./helper";
import { heldBatches } from "./holds";
import { imports } from "./import";
import { ledger } from "./ledger";
import { messages } from "./messages";
import { moderation } from "./moderation";
import { money } from "./money";
import { offices } from "./offices";
import { orders } from "./orders";
import { outbox } from "./outbox";
import { plots } from "./plots";
import { products } from "./products";
import { recalls } from "./recalls";
import { rolls } from "./rolls";
import { security } from "./security";
import { begin, beginBeside, shop } from "./seller";
import { takedowns } from "./takedowns";
import { takings } from "./takings";
import { treasury } from "./treasury";
import { webhooks } from "./webhooks";
import type { Screen } from "./screen";

export const screens: Screen[] = [
  helper, dossierDesk, moderation, heldBatches, treasury, offices, diary, counter, day, orders, products, batches, begin, outbox,
  plots, rolls, shop, delivery, takings, imports, dossiers, certificates, takedowns, recalls, money, webhooks, beginBeside,
  ledger, acts, messages, security, account,
];
