// Holds as the officers' desk tells of them.
import type { Quantity } from "../../units";
import type { ReleasedHold } from "../../wire";

export interface DeskHold extends ReleasedHold {
  batch: {
    id: string;
    gtin: string;
    lot: string;
    product: string;
    seller: string;
    commune_code: string;
    quantity: Quantity;
    harvested_on: string;
  };
}
