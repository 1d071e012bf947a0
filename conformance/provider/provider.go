package main

import (
	"context"
	"fmt"

	"github.com/bpg/terraform-provider-proxmox/fwprovider"
	sdkprovider "github.com/bpg/terraform-provider-proxmox/proxmoxtf/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-mux/tf5to6server"
	"github.com/hashicorp/terraform-plugin-mux/tf6muxserver"
	sdk "github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// provider is the real provider, as its own main function puts it together from its two halves.
type provider struct {
	server tfprotov6.ProviderServer
	schema *tfprotov6.GetProviderSchemaResponse
	// legacy is the half on the old SDK. Its own schema says more than the protocol's: MaxItems of attributes.
	legacy *sdk.Provider
}

func newProvider(ctx context.Context) (*provider, error) {
	legacy := sdkprovider.ProxmoxVirtualEnvironment()

	upgraded, err := tf5to6server.UpgradeServer(ctx, func() tfprotov5.ProviderServer {
		return sdk.NewGRPCProviderServer(legacy)
	})
	if err != nil {
		return nil, err
	}

	mux, err := tf6muxserver.NewMuxServer(ctx,
		providerserver.NewProtocol6(fwprovider.New("conformance")()),
		func() tfprotov6.ProviderServer { return upgraded },
	)
	if err != nil {
		return nil, err
	}

	server := mux.ProviderServer()

	schema, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, err
	}

	for _, d := range schema.Diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			return nil, fmt.Errorf("%s: %s", d.Summary, d.Detail)
		}
	}

	return &provider{server: server, schema: schema, legacy: legacy}, nil
}

// configuration is the provider's verdict on its own configuration.
type configuration struct {
	Diagnostics []diagnostic `json:"diagnostics"`
}

// configure gives the provider its configuration, which plans need. It opens no connection.
func (p *provider) configure(ctx context.Context, config map[string]any) (*configuration, error) {
	typ := p.schema.Provider.ValueType()

	value, problems := fromJSON(withEmptyBlocks(p.schema.Provider.Block, config), typ)
	if len(problems) > 0 {
		return &configuration{problems}, nil
	}

	dynamic, err := tfprotov6.NewDynamicValue(typ, value)
	if err != nil {
		return nil, err
	}

	validated, err := p.server.ValidateProviderConfig(ctx, &tfprotov6.ValidateProviderConfigRequest{Config: &dynamic})
	if err != nil {
		return nil, err
	}

	diagnostics := describeDiagnostics(validated.Diagnostics)
	if refuses(diagnostics) {
		return &configuration{diagnostics}, nil
	}

	configured, err := p.server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.12.6",
		Config:           &dynamic,
	})
	if err != nil {
		return nil, err
	}

	return &configuration{append(diagnostics, describeDiagnostics(configured.Diagnostics)...)}, nil
}
