package main

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	sdk "github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// description is the provider's schema in JSON: the fields of each resource type and of the provider itself.
type description struct {
	Provider  map[string]*shape            `json:"provider"`
	Resources map[string]map[string]*shape `json:"resources"`
}

// shape is what a schema says of one attribute or nested block, or of the elements of a list.
type shape struct {
	// Kind is text, number, flag, list, set, map or object.
	Kind string `json:"kind"`
	// Element is there for lists, sets and maps.
	Element *shape `json:"element,omitempty"`
	// Fields are there for objects.
	Fields map[string]*shape `json:"fields,omitempty"`
	// One: a list or set of at most one element, for which Pulumi has the element itself.
	One        bool `json:"one,omitempty"`
	Required   bool `json:"required,omitempty"`
	Optional   bool `json:"optional,omitempty"`
	Computed   bool `json:"computed,omitempty"`
	Sensitive  bool `json:"sensitive,omitempty"`
	Deprecated bool `json:"deprecated,omitempty"`
}

func (p *provider) describe() description {
	resources := map[string]map[string]*shape{}

	for name, schema := range p.schema.ResourceSchemas {
		resources[name] = describeBlock(schema.Block)

		if legacy, ok := p.legacy.ResourcesMap[name]; ok {
			markOne(resources[name], legacy.Schema)

			// The old SDK adds an id to every resource, and calls it optional.
			if _, own := legacy.Schema["id"]; !own {
				resources[name]["id"].Optional = false
			}
		}
	}

	own := describeBlock(p.schema.Provider.Block)
	markOne(own, p.legacy.Schema)

	return description{Provider: own, Resources: resources}
}

func describeBlock(block *tfprotov6.SchemaBlock) map[string]*shape {
	fields := describeAttributes(block.Attributes)

	for _, b := range block.BlockTypes {
		object := &shape{Kind: "object", Fields: describeBlock(b.Block)}
		fields[b.TypeName] = object

		switch b.Nesting {
		case tfprotov6.SchemaNestedBlockNestingModeList:
			fields[b.TypeName] = &shape{Kind: "list", Element: object}
		case tfprotov6.SchemaNestedBlockNestingModeSet:
			fields[b.TypeName] = &shape{Kind: "set", Element: object}
		case tfprotov6.SchemaNestedBlockNestingModeMap:
			fields[b.TypeName] = &shape{Kind: "map", Element: object}
		}

		fields[b.TypeName].Required = b.MinItems > 0
		fields[b.TypeName].Optional = b.MinItems == 0
		fields[b.TypeName].Deprecated = b.Block.Deprecated
	}

	return fields
}

func describeAttributes(attributes []*tfprotov6.SchemaAttribute) map[string]*shape {
	fields := map[string]*shape{}

	for _, a := range attributes {
		var s *shape

		if a.NestedType == nil {
			s = describeType(a.Type)
		} else {
			s = nestedShape(a.NestedType)
		}

		s.Required, s.Optional, s.Computed = a.Required, a.Optional, a.Computed
		s.Sensitive, s.Deprecated = a.Sensitive, a.Deprecated
		fields[a.Name] = s
	}

	return fields
}

func nestedShape(nested *tfprotov6.SchemaObject) *shape {
	object := &shape{Kind: "object", Fields: describeAttributes(nested.Attributes)}

	switch nested.Nesting {
	case tfprotov6.SchemaObjectNestingModeList:
		return &shape{Kind: "list", Element: object}
	case tfprotov6.SchemaObjectNestingModeSet:
		return &shape{Kind: "set", Element: object}
	case tfprotov6.SchemaObjectNestingModeMap:
		return &shape{Kind: "map", Element: object}
	default:
		return object
	}
}

func describeType(typ tftypes.Type) *shape {
	switch t := typ.(type) {
	case tftypes.List:
		return &shape{Kind: "list", Element: describeType(t.ElementType)}
	case tftypes.Set:
		return &shape{Kind: "set", Element: describeType(t.ElementType)}
	case tftypes.Map:
		return &shape{Kind: "map", Element: describeType(t.ElementType)}
	case tftypes.Object:
		fields := map[string]*shape{}
		for name, inner := range t.AttributeTypes {
			fields[name] = describeType(inner)
			fields[name].Optional = true
		}

		return &shape{Kind: "object", Fields: fields}
	}

	switch {
	case typ.Is(tftypes.Number):
		return &shape{Kind: "number"}
	case typ.Is(tftypes.Bool):
		return &shape{Kind: "flag"}
	default:
		return &shape{Kind: "text"}
	}
}

// markOne says which lists hold at most one element: the protocol drops that for lists that are attributes.
func markOne(fields map[string]*shape, legacy map[string]*sdk.Schema) {
	for name, s := range legacy {
		described, ok := fields[name]
		if !ok || s.Type != sdk.TypeList && s.Type != sdk.TypeSet {
			continue
		}

		described.One = s.MaxItems == 1

		if inner, ok := s.Elem.(*sdk.Resource); ok {
			markOne(described.Element.Fields, inner.Schema)
		}
	}
}
