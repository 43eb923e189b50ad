alias awsauth=awsauth
unalias awsauth
awsauth() {
  local awsauth_says awsauth_traced awsauth_code awsauth_name awsauth_names awsauth_sweep awsauth_verb
  awsauth_code=0 awsauth_name= awsauth_verb=${1-}
  for awsauth_name in "$@"; do
    case "$awsauth_name" in --format | --format=* | --shell | --shell=* | --write-profile | --write-profile=* | --help | --version) awsauth_verb=help ;; esac
  done
  case "$awsauth_verb" in
    '' | -*) awsauth_verb= ;;
    unset | serve) shift ;;
    *) command aws-auth "$@"; return ;;
  esac
  awsauth_names='AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_CREDENTIAL_EXPIRATION'
  awsauth_names="$awsauth_names AWS_SESSION_EXPIRATION AWS_PROFILE AWS_DEFAULT_PROFILE AWS_SECURITY_TOKEN"
  awsauth_names="$awsauth_names AWSAUTH_ACCOUNT AWSAUTH_IDENTITY AWSAUTH_PROFILE AWSAUTH_SET"
  awsauth_sweep='eval "[ -n \"\${$awsauth_name+x}\" ]"; do unset -v "$awsauth_name" || return 10; done; done'
  awsauth_sweep="for awsauth_name in $awsauth_names; do while $awsauth_sweep"
  awsauth_says=$(eval "unset -v $awsauth_names" 2>&1 && eval "$awsauth_sweep" 2>&1) || {
    echo 'awsauth: an AWS variable of this shell is readonly, so it would keep its old value' >&2
    return 10
  }
  case ${BASH_VERSION-}${YASH_VERSION-} in '') awsauth_name=sh ;; *) awsauth_name= ;; esac
  awsauth_traced=$-
  { set +xv; } 2>&-
  awsauth_says=$(AWSAUTH_FUNCTION=$awsauth_name command aws-auth ${awsauth_verb:+"$awsauth_verb"} --shell sh "$@") || awsauth_code=$?
  case "$awsauth_code $awsauth_says" in
    '0 '*'export AWS_REGION='*)
      awsauth_name=$(unset -v AWS_REGION AWS_DEFAULT_REGION 2>&1) || {
        echo 'awsauth: AWS_REGION or AWS_DEFAULT_REGION of this shell is readonly, so it would keep its old value' >&2
        awsauth_code=10
      }
      ;;
  esac
  case "$awsauth_code $awsauth_says" in
    '0 unset '*) eval "$awsauth_sweep" && eval "$awsauth_says" || awsauth_code=$? ;;
    '0 '?*) printf '%s\n' "$awsauth_says" ;;
  esac
  awsauth_says=
  case "$awsauth_traced" in *v*) set -v ;; esac
  case "$awsauth_traced" in *x*) set -x ;; esac
  return "$awsauth_code"
}
