alias awsauth=awsauth
unalias awsauth
awsauth() {
  case "${1-}" in
    '' | -* | unset | serve) ;;
    *) command aws-auth "$@"; return ;;
  esac
  case "$*" in
    *--format* | *--write-profile* | *--help* | *--version*) command aws-auth "$@"; return ;;
  esac
  local statements traced code name sweep verb
  code=0 name= verb=
  sweep='while eval "[ -n \"\${$name+x}\" ]"; do unset -v "$name" || return 10; done; done'
  sweep="for name in AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_CREDENTIAL_EXPIRATION \
    AWS_SESSION_EXPIRATION AWS_PROFILE AWS_DEFAULT_PROFILE AWS_SECURITY_TOKEN \
    AWSAUTH_ACCOUNT AWSAUTH_IDENTITY AWSAUTH_PROFILE AWSAUTH_SET; do $sweep"
  statements=$(unset -v AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_CREDENTIAL_EXPIRATION \
    AWS_SESSION_EXPIRATION AWS_PROFILE AWS_DEFAULT_PROFILE AWS_SECURITY_TOKEN \
    AWSAUTH_ACCOUNT AWSAUTH_IDENTITY AWSAUTH_PROFILE AWSAUTH_SET 2>&1 && eval "$sweep" 2>&1) || {
    echo 'awsauth: an AWS variable of this shell is readonly, so it would keep its old value' >&2
    return 10
  }
  case ${BASH_VERSION-}${YASH_VERSION-} in '') name=sh ;; *) name= ;; esac
  traced=$-
  { set +xv; } 2>&-
  case "${1-}" in unset | serve) verb=$1; shift ;; esac
  statements=$(AWSAUTH_FUNCTION=$name command aws-auth ${verb:+"$verb"} --shell sh "$@") || code=$?
  case "$code $statements" in
    '0 '*'export AWS_REGION='*)
      name=$(unset -v AWS_REGION AWS_DEFAULT_REGION 2>&1) || {
        echo 'awsauth: AWS_REGION or AWS_DEFAULT_REGION of this shell is readonly, so it would keep its old value' >&2
        code=10
      }
      ;;
  esac
  case "$code $statements" in
    '0 unset '*) eval "$sweep" && eval "$statements" || code=$? ;;
    '0 '?*) printf '%s\n' "$statements" ;;
  esac
  statements=
  case "$traced" in *v*) set -v ;; esac
  case "$traced" in *x*) set -x ;; esac
  return "$code"
}
