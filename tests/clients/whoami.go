// Says who the SDK for Go finds that it is, as any program with it would.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

func main() {
	found, err := config.LoadDefaultConfig(context.Background(), config.WithRegion("us-east-1"))
	if err == nil {
		resolver := sts.EndpointResolverFromURL(os.Getenv("AWS_ENDPOINT_URL_STS"))
		client := sts.NewFromConfig(found, sts.WithEndpointResolver(resolver))
		var answer *sts.GetCallerIdentityOutput
		answer, err = client.GetCallerIdentity(context.Background(), &sts.GetCallerIdentityInput{})
		if err == nil {
			fmt.Println(*answer.Arn)
			return
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
