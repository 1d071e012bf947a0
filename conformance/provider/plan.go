package main

import (
	"context"
	"fmt"
	"math/big"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// settled is a planned state with everything in it that the provider would have learnt by applying it.
type settled struct {
	Value   map[string]any `json:"value"`
	Private []byte         `json:"private,omitempty"`
}

// planned is the provider's verdict on a configuration.
type planned struct {
	Diagnostics []diagnostic `json:"diagnostics"`
	// Action is invalid, create, update, replace or none.
	Action string `json:"action"`
	// RequiresReplace has the paths that force a replacement.
	RequiresReplace [][]any `json:"requiresReplace,omitempty"`
	// Planned is the planned state, with the mark of unknown values in it.
	Planned any `json:"planned,omitempty"`
	// Settled is there for a creation: the prior state of later plans.
	Settled *settled `json:"settled,omitempty"`
}

// plan validates a configuration and plans it against a prior state, as Terraform's core would.
func (p *provider) plan(ctx context.Context, name string, config map[string]any, before *settled) (*planned, error) {
	schema, ok := p.schema.ResourceSchemas[name]
	if !ok {
		return nil, fmt.Errorf("the provider has no such resource")
	}

	typ := schema.ValueType()
	resource := plannedResource{p, name, typ, fieldsOf(schema.Block)}

	wanted, problems := fromJSON(withEmptyBlocks(schema.Block, config), typ)
	if len(problems) > 0 {
		return &planned{Diagnostics: problems, Action: "invalid"}, nil
	}

	diagnostics, err := resource.validate(ctx, wanted)
	if err != nil || refuses(diagnostics) {
		return &planned{Diagnostics: diagnostics, Action: "invalid"}, err
	}

	if before == nil {
		return resource.creation(ctx, wanted, diagnostics)
	}

	return resource.change(ctx, wanted, before, diagnostics)
}

type plannedResource struct {
	provider *provider
	name     string
	typ      tftypes.Type
	fields   map[string]*field
}

func (r *plannedResource) validate(ctx context.Context, config tftypes.Value) ([]diagnostic, error) {
	dynamic, err := tfprotov6.NewDynamicValue(r.typ, config)
	if err != nil {
		return nil, err
	}

	validated, err := r.provider.server.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{
		TypeName: r.name,
		Config:   &dynamic,
	})
	if err != nil {
		return nil, err
	}

	return describeDiagnostics(validated.Diagnostics), nil
}

func (r *plannedResource) creation(
	ctx context.Context, config tftypes.Value, diagnostics []diagnostic,
) (*planned, error) {
	asked, err := r.ask(ctx, tftypes.NewValue(r.typ, nil), config, nil)
	if err != nil {
		return nil, err
	}

	verdict := &planned{Diagnostics: append(diagnostics, asked.diagnostics...), Action: "create"}
	if refuses(verdict.Diagnostics) {
		verdict.Action = "invalid"
		return verdict, nil
	}

	if verdict.Planned, err = toJSON(asked.state); err != nil {
		return nil, err
	}

	state, err := toJSON(settle(asked.state))
	if err != nil {
		return nil, err
	}

	attributes, ok := state.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("the provider plans nothing")
	}

	verdict.Settled = &settled{attributes, asked.private}

	return verdict, nil
}

func (r *plannedResource) change(
	ctx context.Context, config tftypes.Value, before *settled, diagnostics []diagnostic,
) (*planned, error) {
	prior, problems := fromJSON(before.Value, r.typ)
	if len(problems) > 0 {
		return nil, fmt.Errorf("the prior state is not of the type: %v", problems)
	}

	asked, err := r.ask(ctx, prior, config, before.Private)
	if err != nil {
		return nil, err
	}

	verdict := &planned{Diagnostics: append(diagnostics, asked.diagnostics...)}
	if refuses(verdict.Diagnostics) {
		verdict.Action = "invalid"
		return verdict, nil
	}

	if verdict.Planned, err = toJSON(asked.state); err != nil {
		return nil, err
	}

	unchanged, err := same(prior, asked.state)
	if err != nil {
		return nil, err
	}

	if verdict.RequiresReplace, err = replacing(asked.requiresReplace, prior, asked.state); err != nil {
		return nil, err
	}

	switch {
	case unchanged:
		verdict.Action = "none"
	case len(verdict.RequiresReplace) > 0:
		verdict.Action = "replace"
	default:
		verdict.Action = "update"
	}

	return verdict, nil
}

// asked is the provider's own answer to a plan request.
type asked struct {
	diagnostics     []diagnostic
	state           tftypes.Value
	private         []byte
	requiresReplace []*tftypes.AttributePath
}

func (r *plannedResource) ask(ctx context.Context, prior, config tftypes.Value, private []byte) (*asked, error) {
	proposed := propose(r.fields, r.typ, prior, config)
	request := tfprotov6.PlanResourceChangeRequest{TypeName: r.name, PriorPrivate: private}

	for _, one := range []struct {
		to    **tfprotov6.DynamicValue
		value tftypes.Value
	}{{&request.PriorState, prior}, {&request.ProposedNewState, proposed}, {&request.Config, config}} {
		dynamic, err := tfprotov6.NewDynamicValue(r.typ, one.value)
		if err != nil {
			return nil, err
		}

		*one.to = &dynamic
	}

	response, err := r.provider.server.PlanResourceChange(ctx, &request)
	if err != nil {
		return nil, err
	}

	answer := &asked{
		diagnostics:     describeDiagnostics(response.Diagnostics),
		private:         response.PlannedPrivate,
		requiresReplace: response.RequiresReplace,
	}
	if refuses(answer.diagnostics) {
		return answer, nil
	}

	answer.state, err = response.PlannedState.Unmarshal(r.typ)

	return answer, err
}

// replacing keeps the paths that really differ: providers name some that do not, and Terraform's core drops those.
func replacing(paths []*tftypes.AttributePath, prior, state tftypes.Value) ([][]any, error) {
	var kept [][]any

	for _, path := range paths {
		old, _, oldErr := tftypes.WalkAttributePath(prior, path)
		new, _, newErr := tftypes.WalkAttributePath(state, path)

		before, hasBefore := old.(tftypes.Value)
		after, hasAfter := new.(tftypes.Value)

		if oldErr == nil && newErr == nil && hasBefore && hasAfter {
			equal, err := same(before, after)
			if err != nil {
				return nil, err
			}

			if equal && after.IsFullyKnown() {
				continue
			}
		}

		kept = append(kept, steps(path))
	}

	return kept, nil
}

// settle replaces what only applying would tell by something of its type.
func settle(value tftypes.Value) tftypes.Value {
	guest := attributesOf(value)["vm_id"]
	id := tftypes.NewAttributePath().WithAttributeName("id")

	// The function below never fails, so neither does Transform.
	filled, _ := tftypes.Transform(value, func(path *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
		switch {
		case v.IsKnown():
			return v, nil
		case path.Equal(id) && guest.Type() != nil && guest.IsKnown() && !guest.IsNull():
			return guestID(guest), nil
		default:
			return placeholder(v.Type()), nil
		}
	})

	return filled
}

// guestID is the id of a guest's resource: its number, to which the provider compares it.
func guestID(vmID tftypes.Value) tftypes.Value {
	var number big.Float
	if err := vmID.As(&number); err != nil {
		return placeholder(tftypes.String)
	}

	return tftypes.NewValue(tftypes.String, number.Text('f', 0))
}

func placeholder(typ tftypes.Type) tftypes.Value {
	switch {
	case typ.Is(tftypes.String):
		// Ids are often numbers as text; nothing else that is computed is ever parsed.
		return tftypes.NewValue(typ, "3")
	case typ.Is(tftypes.Number):
		return tftypes.NewValue(typ, 3)
	case typ.Is(tftypes.Bool):
		return tftypes.NewValue(typ, false)
	case typ.Is(tftypes.List{}), typ.Is(tftypes.Set{}):
		return tftypes.NewValue(typ, []tftypes.Value{})
	case typ.Is(tftypes.Map{}):
		return tftypes.NewValue(typ, map[string]tftypes.Value{})
	default:
		return tftypes.NewValue(typ, nil)
	}
}
