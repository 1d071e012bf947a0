package main

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// withEmptyBlocks fills in empty lists for nested blocks that a configuration leaves out: a block is never null.
func withEmptyBlocks(block *tfprotov6.SchemaBlock, config map[string]any) map[string]any {
	filled := maps.Clone(config)
	if filled == nil {
		filled = map[string]any{}
	}

	for _, b := range block.BlockTypes {
		switch given := filled[b.TypeName].(type) {
		case nil:
			if b.Nesting == tfprotov6.SchemaNestedBlockNestingModeList ||
				b.Nesting == tfprotov6.SchemaNestedBlockNestingModeSet {
				filled[b.TypeName] = []any{}
			}
		case []any:
			elements := make([]any, 0, len(given))

			for _, element := range given {
				if object, ok := element.(map[string]any); ok {
					elements = append(elements, withEmptyBlocks(b.Block, object))
				} else {
					elements = append(elements, element)
				}
			}

			filled[b.TypeName] = elements
		case map[string]any:
			filled[b.TypeName] = withEmptyBlocks(b.Block, given)
		}
	}

	return filled
}
