// RFC 9457 problem details, as the server writes them.

export interface Problem {
  /** The last part of `type`: `urn:choque:problem:{code}`. */
  code: string;
  detail: string;
  errors: { pointer: string; detail: string }[];
}

/** The problem an answer tells of, if it is one. */
export function readProblem(headers: Headers, body: unknown): Problem | undefined {
  if (!(headers.get("content-type") ?? "").startsWith("application/problem+json")) return undefined;
  if (typeof body !== "object" || body === null) return undefined;
  const { type, detail, errors } = body as Record<string, unknown>;
  return {
    code: String(type ?? "").split(":").pop() ?? "",
    detail: String(detail ?? ""),
    errors: Array.isArray(errors) ? errors.map((error) => ({ pointer: String(error.pointer), detail: String(error.detail) })) : [],
  };
}
