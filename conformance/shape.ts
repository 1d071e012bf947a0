import { z } from "zod";

/** What the real provider's schema says of an attribute, a nested block or the element of a list. */
export interface Shape {
  readonly kind: "flag" | "list" | "map" | "number" | "object" | "set" | "text";
  /** Of lists, sets and maps. */
  readonly element?: Shape;
  /** Of objects, by Terraform name. */
  readonly fields?: Shapes;
  /** A list or set of at most one element, for which Pulumi has the element itself. */
  readonly one?: boolean;
  readonly required?: boolean;
  readonly optional?: boolean;
  readonly computed?: boolean;
  readonly sensitive?: boolean;
  readonly deprecated?: boolean;
}

/** Fields by Terraform name. */
export type Shapes = Readonly<Record<string, Shape>>;

const flag = z.boolean().optional();

export const shapeSchema: z.ZodType<Shape> = z.lazy(() =>
  z.strictObject({
    kind: z.enum(["flag", "list", "map", "number", "object", "set", "text"]),
    element: shapeSchema.optional(),
    fields: shapesSchema.optional(),
    one: flag,
    required: flag,
    optional: flag,
    computed: flag,
    sensitive: flag,
    deprecated: flag,
  }),
);

export const shapesSchema = z.record(z.string(), shapeSchema);

/** Whether a configuration may set the field at all. */
export function isSettable({ required, optional }: Shape): boolean {
  return required === true || optional === true;
}
