function awsauth {
    $program = Get-Command aws-auth -CommandType Application -ErrorAction Stop | Select-Object -First 1
    $first = if ($args.Count -gt 0) { [string]$args[0] } else { '' }
    $shows = @($args -match '^--(format|shell|write-profile|help|version)').Count -gt 0
    if ($shows -or $first -notmatch '^(-.*|unset|serve|)$') {
        & $program @args
        if ($LASTEXITCODE -ne 0) { throw "awsauth: aws-auth ended with exit code $LASTEXITCODE" }
        return
    }
    $statements = $null
    $verb = @()
    $rest = @($args)
    if ($first -in 'unset', 'serve') {
        $verb = @($first)
        $rest = @($args | Select-Object -Skip 1)
    }
    $statements = (& $program @verb --shell pwsh @rest) -join "`n"
    if ($LASTEXITCODE -ne 0) {
        throw "awsauth: aws-auth ended with exit code $LASTEXITCODE"
    } elseif ($statements.StartsWith('$Env:')) {
        Invoke-Expression $statements
    } elseif ($statements) {
        $statements
    }
}
