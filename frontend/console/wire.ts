// What the API answers, as far as the console reads it.
import type { Geometry } from "./growing/border";
import type { Quantity } from "./units";

export interface Seller {
  id: string;
  name: string;
  /** `household`, `cooperative` or `company`; absent where it was kept by a console that did not ask. */
  kind?: string;
}

export interface Plot {
  id: string;
  seller_id: string;
  name: string;
  commune_code: string;
  area_m2: number;
  /** The state's code (mã số vùng trồng). */
  growing_area_code: string | null;
  /** GeoJSON; its seller and officers alone are told. */
  geometry: Geometry | null;
  computed_area_m2: number | null;
  /** The declared area and that within the border are more than 30 % apart. */
  area_differs: boolean;
  open_cycle: CropCycle | null;
}

/** What grows on a plot from when to when. */
export interface CropCycle {
  id: string;
  plot_id: string;
  product_id: string | null;
  crop: string;
  /** ISO. */
  began_on: string;
  ended_on: string | null;
  expected_yield_kg: number | null;
}

export interface Product {
  id: string;
  seller_id: string;
  name: string;
  category: string;
  unit: string;
  gtin: string;
  description: string;
  /** Ids in their order; the pictures lie at `/anh/{id}/{width}.webp`. */
  photos: string[];
  /** `global`: issued by GS1. */
  gtin_kind?: "global" | "restricted";
  brand?: string | null;
  shelf_life_days?: number | null;
  /** Values by key, as the category's attributes describe them. */
  attributes?: Record<string, unknown>;
  /** Attributes that buyers expect and that are not given yet. */
  lacks?: string[];
}

/** What a category wants to know of its products. */
export interface Attribute {
  key: string;
  name: string;
  kind: "text" | "integer" | "decimal" | "choice" | "choices" | "flag" | "date";
  unit: string | null;
  required: boolean;
  /** Bounds of numbers, inclusive; `most` of a text counts its characters. */
  least: string | null;
  most: string | null;
  choices: { code: string; name: string }[];
}

export interface Photo {
  id: string;
  alt: string;
  /** Nobody has described it: it goes by the product's name. */
  alt_is_name: boolean;
}

export interface Category {
  id: string;
  parent: string | null;
  name: string;
  attributes?: Attribute[];
}

export interface Listing {
  id: string;
  slug: string;
  product_id: string;
  title: string;
  category?: string;
  /** Đồng for one unit. */
  price: number;
  unit: string;
  /** What one `kg`, `lit`, … comes to, where the unit declares what it holds. */
  unit_price?: { amount: number; unit: string } | null;
  /** What one unit holds: 1 bó = 0,3 kg. */
  contains?: Quantity | null;
  /** The price is that of a piece of mean weight. */
  estimate?: boolean;
  in_stock: boolean;
  /** `null` where nothing is counted. */
  left: Quantity | null;
  state: "draft" | "review" | "live" | "withdrawn" | "taken_down";
}

/** The terms of a sale: what PATCH takes, and what waits to be approved. `null` takes one away. */
export interface Terms {
  price?: number;
  tiers?: { from: Quantity; price: number }[];
  contains?: Quantity | null;
  min_quantity?: Quantity | null;
  step?: Quantity | null;
  limit_per_customer?: { quantity: Quantity; days: number } | null;
  lead_days?: number | null;
  by_weight?: { price: number; unit?: string; min: Quantity; max: Quantity } | null;
  harvest_on?: string | null;
  cap?: Quantity | null;
}

export interface Review {
  id: string;
  kind: "listing" | "edit";
  state: "pending" | "approved" | "returned" | "replaced" | "withdrawn";
  /** What an edit would change; `null`: the listing itself waits. */
  proposed: Terms | null;
  reason: string | null;
  submitted_at: string;
  decided_at: string | null;
}

/** A listing with its terms and the lots it draws on. */
export interface ListingDetail extends Listing, Omit<Terms, "price"> {
  lots: { batch_id: string; lot: string; left: Quantity }[];
  stock_mode: "stock" | "on_demand" | "preorder";
  charge_by?: "unit" | "weight";
  /** Other listings that draw on the same stock. */
  siblings?: { id: string; slug: string; unit: string; contains: Quantity | null; price: number; in_stock: boolean; left: Quantity | null }[];
  /** What keeps it from going live; to its seller only, as is `review`. */
  blocked_by?: string[];
  review?: Review | null;
}

export interface Hold {
  id: string;
  reason: string;
  /** ISO; the first day on which the harvest would have been in time. */
  until: string | null;
  /** The numbers behind it, in Vietnamese. */
  detail: string;
  /** The same in English; empty where nobody has said it. */
  detail_en: string;
  at: string;
}

/** A hold that an officer has let go. */
export interface ReleasedHold extends Hold {
  released_at: string | null;
  released_by_office: "officer" | "administrator" | null;
  release_reason: string | null;
}

export interface Batch {
  id: string;
  product_id: string;
  seller_id: string;
  gtin: string;
  lot: string;
  quantity: Quantity;
  /** ISO. */
  harvested_on: string;
  expires_on: string | null;
  plot_ids: string[];
  /** What its stickers carry. */
  digital_link: string;
  /** While there are any, it is kept from sale. */
  holds: Hold[];
  released_holds: ReleasedHold[];
}

/** Batches became other batches. */
export interface Transformation {
  id: string;
  kind: "mix" | "split" | "repack" | "process";
  happened_at: string;
  inputs: { batch_id: string; quantity: Quantity }[];
  outputs: Batch[];
}

export interface DiaryLine {
  id: string;
  plot_id: string | null;
  batch_id: string | null;
  activity: string;
  happened_at: string;
  recorded_at: string;
  note: string;
  input_name: string | null;
  interval_days: number | null;
  quantity: Quantity | null;
  cycle_id: string | null;
  /** The line that this one is to be read instead of. */
  correction_of: string | null;
  /** The line that is to be read instead of this one. */
  corrected_by: string | null;
  /** Written down more than a week after it happened. */
  late: boolean;
}

export interface MoneyAccount {
  bank_bin: string;
  bank_name: string;
  holder_name: string;
  number_masked: string;
  /** Whether its bank tells of money that came in. Without, only the keeper can say so. */
  notices: boolean;
  /** To the stall's own keeper only. */
  number?: string;
}

export interface Stall {
  id: string;
  code: string;
  keeper_name: string;
  goods: string;
  market: { id: string; slug: string; name: string };
  money_account: MoneyAccount | null;
}

export type PaymentStatus = "pending" | "paid" | "underpaid" | "overpaid" | "expired" | "refunded";

export interface Payment {
  id: string;
  reference: string;
  amount: number;
  received: number;
  status: PaymentStatus;
  /** Who says that the money came: the bank, or the keeper's own hand. */
  confirmed: "bank" | "hand" | null;
  expires_at: string | null;
  /** How to pay what is still missing; `null` once no more money is waited for. */
  vietqr: { payload: string } | null;
}

export interface Sale {
  id: string;
  stall_id: string;
  amount: number;
  happened_at: string;
  recorded_at: string;
  note: string;
  confirmed: "bank" | "hand" | null;
  payment: Payment | null;
}

/** A stall's day in Vietnam. */
export interface StallDay {
  /** ISO. */
  date: string;
  items: Sale[];
}

/** A bank or wallet that takes a VietQR transfer. */
export interface Bank {
  bin: string;
  name: string;
  full_name: string;
}

/** Where a seller's buyers pay. */
export interface SellerAccount {
  bank_bin: string;
  bank_name: string;
  number_masked: string;
  /** Only where it was asked for. */
  number?: string;
  holder_name: string;
  notices: Notices;
}

/** Who tells of money that came into an account. */
export const NOTICES = ["none", "sepay", "casso", "payos"] as const;
export type Notices = (typeof NOTICES)[number];

export type OrderAction = "confirm" | "pack" | "ship" | "deliver" | "cancel";

/** What else may be done now, by whoever asks. */
export type OrderFurther = "weigh" | "edit" | "refund" | "return" | "review";

export interface OrderLine {
  id: string;
  listing_id: string;
  title: string;
  /** What is to be had of it now. */
  quantity: Quantity;
  price: number;
  amount: number;
  lots: { batch_id: string; lot: string; quantity: Quantity; recalled?: boolean }[];
  /** Charged by weight: đồng for one `unit`; `weight` is what the pieces are thought to weigh. */
  by_weight?: { price: number; unit: string; weight: Quantity; weighed?: Quantity | null } | null;
  ordered?: Quantity;
  given_up?: Quantity;
  packed?: Quantity;
  returned?: Quantity;
}

export interface Parcel {
  id: string;
  number: number;
  state: "packed" | "shipped" | "delivered";
  carrier: string | null;
  tracking: string | null;
  lines: { line_id: string; quantity: Quantity }[];
}

/** A line as it is, or as it would be. */
export interface OrderEditSide {
  listing_id: string;
  title: string;
  quantity: Quantity;
  price: number;
  amount: number;
}

/** What a seller proposes to change of an order; the buyer says yes or no. */
export interface OrderEdit {
  id: string;
  order_id: string;
  state: "open" | "accepted" | "waiting_payment" | "refused" | "withdrawn" | "lapsed";
  note: string;
  lines: { line_id: string; before: OrderEditSide; after: OrderEditSide }[];
  /** Đồng; above zero: the buyer pays more. */
  difference: number;
  default_outcome: { at: string; outcome: string } | null;
}

/** An order as its seller sees it. What may be absent is not yet in what an older console kept on the phone. */
export interface Order {
  id: string;
  /** What people read out on the telephone. */
  number: string;
  seller: { id: string; name: string };
  state: "placed" | "confirmed" | "completed" | "cancelled" | "expired";
  fulfilment: "waiting" | "packed" | "shipped" | "delivered";
  delivery: "ship" | "pickup" | "farm";
  payment_method: "vietqr" | "cod" | "vnpay" | "momo" | "zalopay";
  total: number;
  goods?: number;
  delivery_fee?: number;
  credit_used?: number;
  given_back?: number;
  lines: OrderLine[];
  /** `null` when it is paid on delivery. */
  payment: Payment | null;
  further_payments?: (Payment & { why: "edit" | "weight" })[];
  buyer: { name: string; phone: string };
  ship_to: { commune: string; street: string };
  /** Where and when it is fetched. */
  collection?: { kind: "pickup" | "farm"; name: string; address: string; opening: string | null; date: string | null; from: string | null; to: string | null } | null;
  cycle?: { id: string; name: string; hand_over_on: string | null } | null;
  /** Until when its seller confirms; afterwards it is given up by itself. */
  confirm_by?: string | null;
  /** By the exchange with a reason: the goods are called back; without one: nobody confirmed in time. */
  cancelled?: { by: "buyer" | "seller" | "exchange"; reason: string | null; at: string } | null;
  /** Paid on delivery: whether the cash came; `null`: nobody said. */
  cash?: "came" | "missing" | null;
  /** The buyer said that it came. */
  received?: boolean;
  return_until?: string | null;
  parcels?: Parcel[];
  edit?: OrderEdit | null;
  returns?: string[];
  /** What may be done now. */
  actions: OrderAction[];
  further?: OrderFurther[];
  created_at: string;
}
