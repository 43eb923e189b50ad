alias awsauth '
set _aws_auth_traced = ($?echo $?verbose);
unset echo verbose;
set _aws_auth = (\!*);
set _aws_auth_way = run;
if ("x$_aws_auth" == x || "x$_aws_auth" =~ x-* || "x$_aws_auth" =~ xunset* || "x$_aws_auth" =~ xserve*) set _aws_auth_way = evaluate;
if ("x $_aws_auth" =~ *\ --format* || "x $_aws_auth" =~ *\ --shell* || "x $_aws_auth" =~ *\ --write-profile*) set _aws_auth_way = run;
if ("x$_aws_auth" == x-h || "x$_aws_auth" == x-V) set _aws_auth_way = run;
if ("x $_aws_auth" =~ *\ --help* || "x $_aws_auth" =~ *\ --version*) set _aws_auth_way = run;
if ($_aws_auth_way == run) aws-auth $_aws_auth:q;
set _aws_auth_code = $status;
set _aws_auth_says;
set _aws_auth_verb = ();
if ("x$_aws_auth" =~ xunset* || "x$_aws_auth" =~ xserve*) set _aws_auth_verb = $_aws_auth[1];
if ($#_aws_auth_verb) shift _aws_auth;
if ($_aws_auth_way == evaluate) set _aws_auth_says = `aws-auth $_aws_auth_verb --shell tcsh $_aws_auth:q`;
if ($_aws_auth_way == evaluate) set _aws_auth_code = $status;
if ($_aws_auth_code == 0 && "x$_aws_auth_says" =~ xunsetenv*) eval "$_aws_auth_says";
if ($_aws_auth_code == 0 && "x$_aws_auth_says" !~ xunsetenv* && "x$_aws_auth_says" != x) echo $_aws_auth_says:q;
unset _aws_auth _aws_auth_verb _aws_auth_way _aws_auth_says;
if ($_aws_auth_traced[2]) set verbose;
if ($_aws_auth_traced[1]) set echo;
unset _aws_auth_traced;
sh -c "exit $_aws_auth_code"
';
