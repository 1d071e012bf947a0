package main

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// diagnostic is something that the provider has to say about a configuration.
type diagnostic struct {
	// Severity is error or warning.
	Severity string `json:"severity"`
	Summary  string `json:"summary"`
	Detail   string `json:"detail,omitempty"`
	// Path is what it is about: attribute names and list indices.
	Path []any `json:"path,omitempty"`
}

func describeDiagnostics(from []*tfprotov6.Diagnostic) []diagnostic {
	to := make([]diagnostic, 0, len(from))

	for _, d := range from {
		severity := "warning"
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			severity = "error"
		}

		to = append(to, diagnostic{severity, d.Summary, d.Detail, steps(d.Attribute)})
	}

	return to
}

func refuses(diagnostics []diagnostic) bool {
	for _, d := range diagnostics {
		if d.Severity == "error" {
			return true
		}
	}

	return false
}

// steps of a path as JSON: names, map keys and list indices. A set's element has no name of its own: "*".
func steps(path *tftypes.AttributePath) []any {
	var names []any

	for _, step := range path.Steps() {
		switch s := step.(type) {
		case tftypes.AttributeName:
			names = append(names, string(s))
		case tftypes.ElementKeyString:
			names = append(names, string(s))
		case tftypes.ElementKeyInt:
			names = append(names, int64(s))
		default:
			names = append(names, "*")
		}
	}

	return names
}
