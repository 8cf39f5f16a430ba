import { expect, test, vi } from "vitest";

vi.mock("../../words", () => ({ language: "vi", t: (id: string) => id }));
const { told, typed } = await import("./settings");

const delivery = {
  zones: [{ id: "z", name: "Trong tỉnh", places: ["19"], fee: 20_000, included_grams: 2_500, fee_per_kg: 5_000, free_from: 500_000 }, { id: "y", name: "Nơi khác", places: [], fee: 0, included_grams: 0, fee_per_kg: 0, free_from: null }],
  pickup_points: [{ id: "p", name: "Chợ Thái", commune_code: "05503", street: "Cổng Đông", opening: "sáng" }],
  farm_times: [{ id: "f", weekday: 7, from: "07:00", to: "10:00", closes_hours_before: 12, capacity: 8 }],
};

test("what is typed by nobody is told as it was", () => {
  expect(typed(delivery).zones[0]).toMatchObject({ fee: "20.000", included: "2,5", freeFrom: "500.000" });
  expect(told(typed(delivery))).toEqual({ body: delivery, wrong: {} });
});

test("each wrong field is named where the server would name it", () => {
  const now = typed(delivery);
  Object.assign(now.zones[1]!, { name: " ", fee: "rẻ", perKg: "", freeFrom: "x" });
  now.points[0]!.commune = "";
  Object.assign(now.times[0]!, { to: "06:00", capacity: 0 });
  expect(Object.keys(told(now).wrong)).toEqual([
    "/zones/1/name", "/zones/1/fee", "/zones/1/free_from", "/pickup_points/0/commune_code", "/farm_times/0/from", "/farm_times/0/capacity",
  ]);
});
