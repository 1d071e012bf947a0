package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strconv"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// unknown stands in JSON for a value that is not known before apply: Pulumi's own mark.
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

// fromJSON makes a value of a schema's type; what is left out is null, or empty for a nested block.
// It converts between scalars as Terraform and Pulumi's bridge do, and names every place that does not fit.
func fromJSON(value any, typ tftypes.Type) (tftypes.Value, []diagnostic) {
	c := converter{}
	return c.convert(value, typ, nil), c.problems
}

type converter struct {
	problems []diagnostic
}

func (c *converter) convert(value any, typ tftypes.Type, path []any) tftypes.Value {
	if value == nil {
		return tftypes.NewValue(typ, nil)
	}

	if value == unknown {
		return tftypes.NewValue(typ, tftypes.UnknownValue)
	}

	switch t := typ.(type) {
	case tftypes.Object:
		return c.object(value, t, path)
	case tftypes.Map:
		return c.mapping(value, t, path)
	case tftypes.List:
		return c.list(value, t, t.ElementType, path)
	case tftypes.Set:
		return c.list(value, t, t.ElementType, path)
	default:
		return c.scalar(value, typ, path)
	}
}

func (c *converter) object(value any, typ tftypes.Object, path []any) tftypes.Value {
	given, ok := value.(map[string]any)
	if !ok {
		return c.refuse(value, typ, "an object", path)
	}

	for _, name := range slices.Sorted(maps.Keys(given)) {
		if _, known := typ.AttributeTypes[name]; !known {
			c.problem("Unsupported argument", "the provider has no such attribute", below(path, name))
		}
	}

	attributes := map[string]tftypes.Value{}
	for name, inner := range typ.AttributeTypes {
		attributes[name] = c.convert(given[name], inner, below(path, name))
	}

	return tftypes.NewValue(typ, attributes)
}

func (c *converter) mapping(value any, typ tftypes.Map, path []any) tftypes.Value {
	given, ok := value.(map[string]any)
	if !ok {
		return c.refuse(value, typ, "a map", path)
	}

	elements := map[string]tftypes.Value{}
	for key, inner := range given {
		elements[key] = c.convert(inner, typ.ElementType, below(path, key))
	}

	return tftypes.NewValue(typ, elements)
}

func (c *converter) list(value any, typ, element tftypes.Type, path []any) tftypes.Value {
	given, ok := value.([]any)
	if !ok {
		return c.refuse(value, typ, "a list", path)
	}

	elements := []tftypes.Value{}
	for index, inner := range given {
		elements = append(elements, c.convert(inner, element, below(path, index)))
	}

	return tftypes.NewValue(typ, elements)
}

func (c *converter) scalar(value any, typ tftypes.Type, path []any) tftypes.Value {
	var written string

	switch v := value.(type) {
	case string:
		written = v
	case bool:
		written = strconv.FormatBool(v)
	case json.Number:
		written = v.String()
	default:
		return c.refuse(value, typ, "one value", path)
	}

	_, isBool := value.(bool)

	switch {
	case typ.Is(tftypes.String):
		return tftypes.NewValue(typ, written)
	case typ.Is(tftypes.Number):
		if number, ok := new(big.Float).SetString(written); ok && !isBool {
			return tftypes.NewValue(typ, number)
		}

		return c.refuse(value, typ, "a number", path)
	case typ.Is(tftypes.Bool):
		if written == "true" || written == "false" {
			return tftypes.NewValue(typ, written == "true")
		}

		return c.refuse(value, typ, "a boolean", path)
	default:
		return c.refuse(value, typ, "a value of a fixed type", path)
	}
}

func (c *converter) refuse(value any, typ tftypes.Type, wanted string, path []any) tftypes.Value {
	c.problem("Incorrect attribute value type", fmt.Sprintf("expected %s, got %T", wanted, value), path)
	return tftypes.NewValue(typ, nil)
}

func (c *converter) problem(summary, detail string, path []any) {
	c.problems = append(c.problems, diagnostic{"error", summary, detail, path})
}

func below(path []any, step any) []any {
	return append(slices.Clone(path), step)
}

// toJSON is the inverse of fromJSON. Elements of a set come sorted, so that equal values are equal JSON.
func toJSON(value tftypes.Value) (any, error) {
	if value.IsNull() {
		return nil, nil
	}

	if !value.IsKnown() {
		return unknown, nil
	}

	switch typ := value.Type(); typ.(type) {
	case tftypes.Object, tftypes.Map:
		var fields map[string]tftypes.Value
		if err := value.As(&fields); err != nil {
			return nil, err
		}

		return mapToJSON(fields)
	case tftypes.List, tftypes.Set:
		var elements []tftypes.Value
		if err := value.As(&elements); err != nil {
			return nil, err
		}

		_, unordered := typ.(tftypes.Set)

		return listToJSON(elements, unordered)
	default:
		return scalarToJSON(value)
	}
}

func mapToJSON(fields map[string]tftypes.Value) (any, error) {
	object := map[string]any{}

	for name, field := range fields {
		inner, err := toJSON(field)
		if err != nil {
			return nil, err
		}

		object[name] = inner
	}

	return object, nil
}

func listToJSON(elements []tftypes.Value, unordered bool) (any, error) {
	type written struct {
		value any
		text  string
	}

	list := make([]written, 0, len(elements))

	for _, element := range elements {
		inner, err := toJSON(element)
		if err != nil {
			return nil, err
		}

		text, err := json.Marshal(inner)
		if err != nil {
			return nil, err
		}

		list = append(list, written{inner, string(text)})
	}

	if unordered {
		slices.SortFunc(list, func(a, b written) int {
			switch {
			case a.text < b.text:
				return -1
			case a.text > b.text:
				return 1
			default:
				return 0
			}
		})
	}

	values := make([]any, 0, len(list))
	for _, one := range list {
		values = append(values, one.value)
	}

	return values, nil
}

func scalarToJSON(value tftypes.Value) (any, error) {
	switch {
	case value.Type().Is(tftypes.String):
		var text string
		err := value.As(&text)

		return text, err
	case value.Type().Is(tftypes.Number):
		var number big.Float
		if err := value.As(&number); err != nil {
			return nil, err
		}

		return json.Number(number.Text('g', -1)), nil
	case value.Type().Is(tftypes.Bool):
		var flag bool
		err := value.As(&flag)

		return flag, err
	default:
		return nil, fmt.Errorf("no JSON for a value of type %s", value.Type())
	}
}

// same tells whether two values of one type are equal; sets in any order, unknown equal to unknown.
func same(one, other tftypes.Value) (bool, error) {
	a, err := toJSON(one)
	if err != nil {
		return false, err
	}

	b, err := toJSON(other)
	if err != nil {
		return false, err
	}

	left, err := json.Marshal(a)
	if err != nil {
		return false, err
	}

	right, err := json.Marshal(b)
	if err != nil {
		return false, err
	}

	return string(left) == string(right), nil
}
