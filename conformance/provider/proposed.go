package main

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// field is an attribute or a nested block of a schema: what merging prior state and configuration has to know.
type field struct {
	typ tftypes.Type
	// computed: where the configuration leaves it out, what was there before stays.
	computed, optional bool
	// nesting of what is inside; none for a value that counts as a whole.
	nesting nesting
	fields  map[string]*field
}

type nesting int

const (
	none nesting = iota
	single
	list
	set
	mapping
)

func fieldsOf(block *tfprotov6.SchemaBlock) map[string]*field {
	fields := attributeFields(block.Attributes)

	for _, b := range block.BlockTypes {
		f := &field{typ: b.ValueType(), fields: fieldsOf(b.Block)}

		switch b.Nesting {
		case tfprotov6.SchemaNestedBlockNestingModeList:
			f.nesting = list
		case tfprotov6.SchemaNestedBlockNestingModeSet:
			f.nesting = set
		case tfprotov6.SchemaNestedBlockNestingModeMap:
			f.nesting = mapping
		default:
			f.nesting = single
		}

		fields[b.TypeName] = f
	}

	return fields
}

func attributeFields(attributes []*tfprotov6.SchemaAttribute) map[string]*field {
	fields := map[string]*field{}

	for _, a := range attributes {
		f := &field{typ: a.ValueType(), computed: a.Computed, optional: a.Optional}

		if a.NestedType != nil {
			f.fields = attributeFields(a.NestedType.Attributes)

			switch a.NestedType.Nesting {
			case tfprotov6.SchemaObjectNestingModeList:
				f.nesting = list
			case tfprotov6.SchemaObjectNestingModeSet:
				f.nesting = set
			case tfprotov6.SchemaObjectNestingModeMap:
				f.nesting = mapping
			default:
				f.nesting = single
			}
		}

		fields[a.Name] = f
	}

	return fields
}

// propose merges prior state and configuration into the state that a plan starts from, as Terraform's core does before
// it asks a provider: configured values win, and computed ones that are left out stay as they were. Blocks and nested
// attributes of lists are matched by position, of maps by key, of sets by what is configured of them.
func propose(fields map[string]*field, typ tftypes.Type, prior, config tftypes.Value) tftypes.Value {
	if config.IsNull() || !config.IsKnown() {
		return config
	}

	before, wanted := attributesOf(prior), attributesOf(config)
	proposed := map[string]tftypes.Value{}

	for name, f := range fields {
		old, ok := before[name]
		if !ok {
			old = tftypes.NewValue(f.typ, nil)
		}

		proposed[name] = proposeField(f, old, wanted[name])
	}

	return tftypes.NewValue(typ, proposed)
}

func proposeField(f *field, prior, config tftypes.Value) tftypes.Value {
	if f.computed && config.IsNull() {
		// What was configured before and is left out now is gone, although the provider could have computed it.
		if f.optional && f.nesting != none && holdsConfigured(f, prior) {
			return config
		}

		return prior
	}

	if config.IsNull() || !config.IsKnown() {
		return config
	}

	switch f.nesting {
	case single:
		return propose(f.fields, f.typ, prior, config)
	case mapping:
		return proposeMap(f, prior, config)
	case list, set:
		return proposeElements(f, prior, config)
	default:
		return config
	}
}

func proposeMap(f *field, prior, config tftypes.Value) tftypes.Value {
	typ, ok := f.typ.(tftypes.Map)
	if !ok {
		return config
	}

	before := attributesOf(prior)
	proposed := map[string]tftypes.Value{}

	for key, wanted := range attributesOf(config) {
		old, ok := before[key]
		if !ok {
			old = tftypes.NewValue(typ.ElementType, nil)
		}

		proposed[key] = propose(f.fields, typ.ElementType, old, wanted)
	}

	return tftypes.NewValue(f.typ, proposed)
}

func proposeElements(f *field, prior, config tftypes.Value) tftypes.Value {
	element := elementType(f.typ)
	before := elementsOf(prior)
	proposed := []tftypes.Value{}

	for index, wanted := range elementsOf(config) {
		old := tftypes.NewValue(element, nil)

		if f.nesting == list && index < len(before) {
			old = before[index]
		}

		if f.nesting == set {
			for position, candidate := range before {
				if comesFrom(f.fields, candidate, wanted) {
					old = candidate
					before = append(before[:position:position], before[position+1:]...)

					break
				}
			}
		}

		proposed = append(proposed, propose(f.fields, element, old, wanted))
	}

	return tftypes.NewValue(f.typ, proposed)
}

// comesFrom tells whether an element of a set can be what the provider made of a configured element.
func comesFrom(fields map[string]*field, prior, config tftypes.Value) bool {
	before, wanted := attributesOf(prior), attributesOf(config)

	for name, f := range fields {
		if f.computed && wanted[name].IsNull() {
			continue
		}

		if equal, err := same(before[name], proposeField(f, before[name], wanted[name])); err != nil || !equal {
			return false
		}
	}

	return true
}

// holdsConfigured tells whether a value has something inside that only a configuration can have put there.
func holdsConfigured(f *field, value tftypes.Value) bool {
	if value.IsNull() || !value.IsKnown() {
		return false
	}

	objects := elementsOf(value)

	switch f.nesting {
	case single:
		objects = []tftypes.Value{value}
	case mapping:
		for _, inner := range attributesOf(value) {
			objects = append(objects, inner)
		}
	}

	for _, object := range objects {
		attributes := attributesOf(object)
		for name, inner := range f.fields {
			if !inner.computed && !attributes[name].IsNull() {
				return true
			}

			if inner.nesting != none && holdsConfigured(inner, attributes[name]) {
				return true
			}
		}
	}

	return false
}

func attributesOf(value tftypes.Value) map[string]tftypes.Value {
	var attributes map[string]tftypes.Value

	if !value.Type().Is(tftypes.Object{}) && !value.Type().Is(tftypes.Map{}) || value.IsNull() || !value.IsKnown() {
		return attributes
	}

	// It is a known object or map: that can be read as a map.
	_ = value.As(&attributes)

	return attributes
}

func elementsOf(value tftypes.Value) []tftypes.Value {
	var elements []tftypes.Value

	if !value.Type().Is(tftypes.List{}) && !value.Type().Is(tftypes.Set{}) || value.IsNull() || !value.IsKnown() {
		return elements
	}

	// It is a known list or set: that can be read as a slice.
	_ = value.As(&elements)

	return elements
}

func elementType(typ tftypes.Type) tftypes.Type {
	switch t := typ.(type) {
	case tftypes.List:
		return t.ElementType
	case tftypes.Set:
		return t.ElementType
	default:
		return tftypes.DynamicPseudoType
	}
}
