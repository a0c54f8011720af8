"""Return labels at UPS: what is asked of the Shipping API and what it answers. Pure."""

import base64
import binascii
from hashlib import sha256
from typing import Any

from parley.commerce.connectors.ups.mapping import CARRIER
from parley.commerce.connectors.ups.settings import UpsSettings
from parley.commerce.model import Address, Label, Parcel
from parley.kit.failures import Misconfigured, Refused
from parley.kit.money import parse_money

RETURN_SERVICES = {"print": "9", "electronic": "8"}
TYPES = {"GIF": "image/gif", "PNG": "image/png", "PDF": "application/pdf", "ZPL": "application/zpl"}
# Of the reference numbers: RZ, "Returned Goods Authorization Number".
REFERENCE = "RZ"
POUNDS, INCHES = ("US", "PR"), 25.4


def reference_of(key: str) -> str:
    """Gives the reference under which a label is bought: at most 35 letters and digits, the same for the same key."""
    return f"P{sha256(key.encode()).hexdigest()[:29].upper()}"


def build_shipment(
    settings: UpsSettings, sender: Address, recipient: Address, parcel: Parcel, key: str
) -> dict[str, Any]:
    """Builds the body of a return shipment; raises Misconfigured without a shipper number."""
    if not settings.shipper_number:
        raise Misconfigured("shipper_number", "A shipper number is needed to buy labels.")
    account = settings.shipper_number.upper()
    within = sender.country in POUNDS and recipient.country == sender.country
    reference = {"Code": REFERENCE, "Value": reference_of(key)}
    package = _package(sender, parcel)
    shipment: dict[str, Any] = {
        "Description": "Return",
        "ReturnService": {"Code": RETURN_SERVICES[settings.return_service]},
        "Shipper": {**_party(recipient), "ShipperNumber": account},
        "ShipTo": _party(recipient),
        "ShipFrom": _party(sender),
        "PaymentInformation": {"ShipmentCharge": [{"Type": "01", "BillShipper": {"AccountNumber": account}}]},
        "ShipmentRatingOptions": {"NegotiatedRatesIndicator": ""},
        "Service": {"Code": settings.service or ("03" if within else "11")},
        "Package": [package],
    }
    # UPS takes the reference at the package within the US and Puerto Rico, at the shipment elsewhere.
    if within:
        package["ReferenceNumber"] = [reference]
    else:
        shipment["ReferenceNumber"] = [reference]
    request: dict[str, Any] = {
        "RequestOption": "nonvalidate",
        "TransactionReference": {"CustomerContext": reference["Value"]},
    }
    if settings.return_service == "electronic":
        # From this sub-version on the label itself comes with the answer, and nobody needs to be sent a mail.
        request["SubVersion"] = "1801"
        shipment["ShipmentServiceOptions"] = {"LabelDelivery": {"LabelLinksIndicator": ""}}
    specification: dict[str, Any] = {
        "LabelImageFormat": {"Code": settings.label_format},
        "LabelStockSize": {"Height": "6", "Width": "4"},
    }
    if settings.label_format == "GIF":
        specification["HTTPUserAgent"] = "Mozilla/4.5"
    return {
        "ShipmentRequest": {"Request": request, "Shipment": shipment, "LabelSpecification": specification}
    }


def build_recovery(
    settings: UpsSettings, *, number: str | None = None, key: str | None = None
) -> dict[str, Any]:
    """Builds the body that asks for a label again, by its number or by our reference."""
    form = "PDF" if settings.label_format == "GIF" else settings.label_format
    body: dict[str, Any] = {
        "Request": {},
        "LabelSpecification": {
            "LabelImageFormat": {"Code": form},
            "LabelStockSize": {"Height": "6", "Width": "4"},
        },
    }
    if number is not None:
        body["TrackingNumber"] = number
    else:
        body["ReferenceValues"] = {
            "ReferenceNumber": {"Value": reference_of(key or "")},
            "ShipperNumber": settings.shipper_number.upper(),
        }
    return {"LabelRecoveryRequest": body}


def read_shipment(answer: Any) -> tuple[Label, bool]:
    """Reads the answer to a bought label; False with it: the picture did not come and is to be asked for again."""
    try:
        results = answer["ShipmentResponse"]["ShipmentResults"]
        package = _first(results["PackageResults"])
        number = str(package["TrackingNumber"])
        cost, currency = _charge(results)
        label = package.get("ShippingLabel") or {}
        data = _bytes(label.get("GraphicImage"))
        form = str((label.get("ImageFormat") or {}).get("Code", "")).upper()
        return Label(
            external_id=str(results.get("ShipmentIdentificationNumber") or number),
            number=number,
            carrier=CARRIER,
            data=data,
            type=TYPES.get(form, "application/octet-stream"),
            cost=cost,
            currency=currency,
            url=str(_links(results)),
        ), bool(data)
    except (KeyError, IndexError, TypeError, AttributeError, ValueError) as failure:
        raise Refused("UPS bought a label but its answer cannot be read; look at ups.com") from failure


def read_recovery(answer: Any) -> Label:
    """Reads a label that was asked for again; its cost is not told. Raises Refused when there is none, or several."""
    try:
        response = answer["LabelRecoveryResponse"]
        results = response["LabelResults"]
        results = results if isinstance(results, list) else [results]
        numbers = {str(one["TrackingNumber"]) for one in results}
        if len(numbers) != 1:
            raise Refused("UPS has several labels under this reference")
        image = results[0]["LabelImage"]
        (number,) = numbers
        form = str(image["LabelImageFormat"]["Code"]).strip().upper()
        return Label(
            external_id=str(response.get("ShipmentIdentificationNumber") or number),
            number=number,
            carrier=CARRIER,
            data=_bytes(image["GraphicImage"]),
            type=TYPES.get(form, "application/octet-stream"),
            cost=0,
            currency="",
            url=str(image.get("URL") or ""),
        )
    except (KeyError, IndexError, TypeError, AttributeError, ValueError) as failure:
        raise Refused("UPS's answer about the label cannot be read") from failure


def _package(sender: Address, parcel: Parcel) -> dict[str, Any]:
    longest, middle, shortest = sorted((parcel.length, parcel.width, parcel.height), reverse=True)
    if sender.country in POUNDS:
        weight, weight_unit = f"{max(parcel.grams / 453.592, 0.1):.1f}", "LBS"
        sides, side_unit = [round(side / INCHES) for side in (longest, middle, shortest)], "IN"
    else:
        weight, weight_unit = f"{max(parcel.grams / 1000, 0.1):.1f}", "KGS"
        sides, side_unit = [round(side / 10) for side in (longest, middle, shortest)], "CM"
    length, width, height = (str(max(side, 1)) for side in sides)
    return {
        "Description": "Return",
        "Packaging": {"Code": "02"},
        "Dimensions": {
            "UnitOfMeasurement": {"Code": side_unit},
            "Length": length,
            "Width": width,
            "Height": height,
        },
        "PackageWeight": {"UnitOfMeasurement": {"Code": weight_unit}, "Weight": weight[:5]},
    }


def _party(who: Address) -> dict[str, Any]:
    """Gives a party as UPS takes it: texts cut to its lengths, what is empty left out."""
    address: dict[str, Any] = {
        "AddressLine": [line[:35] for line in (who.line1, who.line2) if line] or ["-"],
        "City": who.city[:30],
        "CountryCode": who.country,
    }
    if 0 < len(who.region) <= 5:
        address["StateProvinceCode"] = who.region
    postcode = who.postcode if len(who.postcode) <= 9 else who.postcode.replace(" ", "").replace("-", "")
    if postcode:
        address["PostalCode"] = postcode[:9]
    party: dict[str, Any] = {"Name": (who.company or who.name)[:35] or "-", "Address": address}
    if who.name:
        party["AttentionName"] = who.name[:35]
    digits = "".join(letter for letter in who.phone if letter.isdigit())
    if digits:
        party["Phone"] = {"Number": digits[:15]}
    return party


def _charge(results: Any) -> tuple[int, str]:
    """What it costs: by contract where UPS tells it, else by list; 0 when it says nothing."""
    negotiated = (results.get("NegotiatedRateCharges") or {}).get("TotalCharge")
    found = negotiated or (results.get("ShipmentCharges") or {}).get("TotalCharges")
    if not found:
        return 0, ""
    money = parse_money(str(found["MonetaryValue"]), str(found["CurrencyCode"]))
    return money.minor, money.currency


def _links(results: Any) -> str:
    links = results.get("LabelURL") or ""
    return links if isinstance(links, str) else ""


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) else value


def _bytes(text: Any) -> bytes:
    try:
        return base64.b64decode(text or "", validate=False)
    except (binascii.Error, ValueError) as failure:
        raise Refused("UPS's label cannot be read") from failure
