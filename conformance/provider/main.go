// Command provider answers questions about the real Terraform provider for Proxmox (bpg/terraform-provider-proxmox),
// which runs inside it: one JSON request a line on standard input, one JSON answer a line on standard output.
// It only validates and plans, which needs no Proxmox server: nothing is read, applied or connected to.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
)

// request is one question.
type request struct {
	// Kind is schema, configure or plan.
	Kind string `json:"kind"`
	// Type is the Terraform resource type of a plan.
	Type string `json:"type"`
	// Config is a resource's (plan) or the provider's (configure) configuration, by Terraform names.
	Config map[string]any `json:"config"`
	// Prior is the settled state of an earlier answer; a plan without one is a creation.
	Prior *settled `json:"prior"`
}

func main() {
	// Both of the provider's SDKs write to the standard logger.
	log.SetOutput(io.Discard)

	if err := answerAll(context.Background(), os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func answerAll(ctx context.Context, in io.Reader, out io.Writer) error {
	p, err := newProvider(ctx)
	if err != nil {
		return err
	}

	requests := json.NewDecoder(bufio.NewReader(in))
	requests.UseNumber()
	answers := json.NewEncoder(out)
	answers.SetEscapeHTML(false)

	for {
		var r request
		if err := requests.Decode(&r); err == io.EOF {
			return nil
		} else if err != nil {
			return fmt.Errorf("a request that is no JSON: %w", err)
		}

		answer, err := p.answer(ctx, r)
		if err != nil {
			return fmt.Errorf("%s %s: %w", r.Kind, r.Type, err)
		}

		if err := answers.Encode(answer); err != nil {
			return err
		}
	}
}

func (p *provider) answer(ctx context.Context, r request) (any, error) {
	switch r.Kind {
	case "schema":
		return p.describe(), nil
	case "configure":
		return p.configure(ctx, r.Config)
	case "plan":
		return p.plan(ctx, r.Type, r.Config, r.Prior)
	default:
		return nil, fmt.Errorf("not a kind of request")
	}
}
